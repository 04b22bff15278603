import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.measurements import Given
from flatminima_papers.reshuffling.measurements.saddle_escape import (
    SAMPLINGS,
    SaddleEscape,
    _describe,
)
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import saddle_escapes

KIND = SaddleEscape(("quadratics",), 8, (0.05,), 2, 50, 1.0)


@pytest.fixture
def table():
    return saddle_escapes()


def test_a_row_is_an_epoch_of_a_sampling(table):
    counts = table.groupby(["saddle", "sampling"])["epoch"].apply(list)
    assert {tuple(epochs) for epochs in counts} == {(1, 2, 3), (1, 2)}
    assert len(counts) == 6


def test_intervals_are_about_what_they_are_of(table):
    for column, ends in (("mean", "mean"), ("spread", "spread"), ("share_outside", "share")):
        assert table[column].between(table[f"{ends}_low"], table[f"{ends}_high"]).all()
    assert (table["diverged"] == 0).all()
    share = table.groupby(["saddle", "sampling"])["share_outside"]
    assert (share.diff().dropna() >= 0).all()  # who has been outside has been


def test_without_replacement_the_mean_is_the_one_predicted_at_first(table):
    first = table[(table["epoch"] == 1) & (table["sampling"] == "without replacement")]
    assert (first["predicted_mean"] > 0).all()
    assert ((first["mean"] / first["predicted_mean"] - 1).abs() < 0.5).all()


def test_a_case_draws_from_its_own_generator():
    alone = measured(KIND, {})
    more = measured(
        KIND.replaced(saddle=("deep linear", "quadratics"), learning_rate=(0.1, 0.05)), {}
    )
    same = more[(more["saddle"] == "quadratics") & (more["learning_rate"] == 0.05)]
    assert same.reset_index(drop=True).equals(alone)
    assert not np.isclose(measured(KIND, {}, seed=1)["mean"], alone["mean"]).any()


@pytest.mark.parametrize("sampling", SAMPLINGS[1:])
def test_who_was_outside_once_stays_counted(sampling):
    kind, given = KIND.replaced(epochs=4, distance=0.1), Given("e", 0, {}, {})
    saddle = kind._saddle(given, "quadratics")
    direction = saddle.escape_direction(0.05, 8)
    paths = [
        [abs(direction @ (point - saddle.point)) for point in ends.T]
        for ends in kind._epochs(given, "quadratics", saddle, 0.05, sampling)
    ]
    shares, returned = [], 0
    for epoch in range(4):
        been = [any(paths[e][run] > 0.1 for e in range(epoch + 1)) for run in range(50)]
        returned += sum(been[run] and paths[epoch][run] <= 0.1 for run in range(50))
        shares.append(sum(been) / 50)
    table = measured(kind, {})
    assert table[table["sampling"] == sampling]["share_outside"].tolist() == shares
    assert returned > 0


def test_runs_that_diverge_are_counted_and_outside():
    table = measured(KIND.replaced(saddle=("deep linear",), learning_rate=(0.5,), epochs=4), {})
    last = table[table["epoch"] == 4]
    assert (last["diverged"] > 0).all()
    assert (last["share_outside"] >= last["diverged"] / 50).all()


def test_the_spread_is_the_standard_deviation_with_its_usual_error():
    values = np.random.default_rng(0).standard_normal(10_000)
    found = _describe(values)
    assert found["spread"] == pytest.approx(values.std())
    half_width = (found["spread_high"] - found["spread_low"]) / 2
    assert half_width == pytest.approx(1.96 / np.sqrt(2 * len(values)), rel=0.03)
    assert np.isnan(list(_describe(values[:0]).values())).all()


def test_an_odd_number_of_samples_is_refused():
    KIND.check({})
    with pytest.raises(Misfit, match="samples is 9; allowed: an even number"):
        KIND.replaced(samples=9).check({})
