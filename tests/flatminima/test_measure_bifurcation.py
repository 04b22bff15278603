import numpy as np
import pytest

from flatminima.identities import NetworkSpecification
from flatminima.judge_bifurcation import bifurcation_claims
from flatminima.measure_bifurcation import BIFURCATION_COLUMNS, measure_bifurcation

from .cases import data
from .judging import verdicts


def measure(above, below, steps=8000):
    return measure_bifurcation(
        data(30, 3), "d", NetworkSpecification("linear", "residual", 3, 3), above, below, 0.1, 4,
        steps, experiment="e", study_seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return measure([0.02, 0.03, 0.04, 0.06], [0.01, 0.008, 0.006, 0.004], 24000)


def test_the_table(table):
    assert list(table.columns) == list(BIFURCATION_COLUMNS)
    above = table["relative_rate"] > 1
    assert table.loc[above, "steps_to_converge"].isna().all()
    assert table.loc[~above, "squared_amplitude"].isna().all()
    assert (table.loc[above, "squared_amplitude"] > 0).all()
    assert not table.loc[~above, "steps_to_converge"].isna().any()


def test_the_critical_rate_is_found_from_above(table):
    claims = verdicts(bifurcation_claims(table[table["relative_rate"] > 1]))
    assert claims == {"critical_rate_from_above": "holds"}


def with_steps(table, steps):
    return table.assign(steps_to_converge=steps)[table["relative_rate"] < 1]


def test_the_exponent_is_judged_by_its_interval(table):
    """The few runs here leave it undecided; exact ones, and exact ones of others, do not."""
    wrong = with_steps(table, 100 / table["offset"] ** 2)
    right = with_steps(table, 100 / table["offset"])
    scatter = np.where(table["repetition"] < 2, 0.7, 1.3)
    between = with_steps(table, 100 / table["offset"] ** scatter)
    for part, verdict in ((right, "holds"), (wrong, "fails"), (between, "undecided")):
        assert verdicts(bifurcation_claims(part)) == {"time_to_converge": verdict}
    measured = [
        np.polyfit(np.log(g["offset"]), np.log(g["steps_to_converge"]), 1)[0]
        for _, g in table[table["relative_rate"] < 1].groupby("repetition")
    ]
    assert -1.5 < np.mean(measured) < -0.7


@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_another_critical_rate_is_told(table, factor):
    wrong = table.assign(exact_critical_rate=factor * table["exact_critical_rate"])
    assert verdicts(bifurcation_claims(wrong))["critical_rate_from_above"] == "fails"


def test_runs_that_take_longer_are_counted():
    table = measure([], [0.02, 0.03, 0.04])
    table["steps_to_converge"] = table["steps_to_converge"].where(table["repetition"] > 0)
    row = bifurcation_claims(table).iloc[0]
    assert row["cases"] == 3
    assert "1 of 4 starts" in row["regime"]
