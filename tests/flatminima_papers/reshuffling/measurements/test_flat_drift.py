import numpy as np
import pytest

from flatminima.core.seeding import random_generator
from flatminima.measurements import Given
from flatminima_papers.reshuffling.measurements.flat_drift import (
    PLACES,
    FlatDrift,
    _angle,
    _angle_interval,
    _build,
)
from flatminima_papers.reshuffling.theory.sampled_descent import drawn, reshuffled
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import flat_drifts

KIND = FlatDrift(("tanh perceptron",), (0.02,), (1,), 60, 0.4, 0.4)


@pytest.fixture
def table():
    return flat_drifts()


def test_a_row_is_a_flat_direction_of_each_sampling(table):
    counts = table.groupby(["network", "samples", "sampling"]).size()
    assert counts.unstack().to_dict("index") == {
        (network, samples): {"with replacement": count, "without replacement": count}
        for network, samples, count in (
            ("deep linear", 4, 3),
            ("diagonal linear", 4, 4),
            ("tanh perceptron", 4, 4),
            ("tanh perceptron", 256, 4),
        )
    }


def test_the_angle_is_that_between_the_drifts_of_the_table(table):
    for _, group in table.groupby(["network", "samples"]):
        for column, angle in (("drift", "angle"), ("predicted_drift", "predicted_angle")):
            first, second = (part[column].to_numpy() for _, part in group.groupby("sampling"))
            cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
            assert np.cos(np.radians(group[angle].iloc[0])) == pytest.approx(cosine)
        assert (group["angle_low"] < group["angle"]).all()
        assert (group["angle"] < group["angle_high"]).all()
        drawn = group[group["sampling"] == "with replacement"]
        assert np.linalg.norm(drawn["predicted_drift"]) == pytest.approx(group["speed"].iloc[0])


def test_an_epoch_is_longer_with_more_copies(table):
    lengths = table[table["network"] == "tanh perceptron"].groupby("samples")["epoch_time"].first()
    assert lengths[256] == pytest.approx(64 * lengths[4])
    assert lengths[4] == pytest.approx(4 * 0.005 * 4.5005, rel=1e-4)


def test_a_case_draws_from_its_own_generator():
    alone = measured(KIND, {})
    more = measured(KIND.replaced(network=("deep linear", *KIND.network), copies=(2, 1)), {})
    same = more[(more["network"] == "tanh perceptron") & (more["samples"] == 4)]
    assert same.reset_index(drop=True).equals(alone)
    assert not np.isclose(measured(KIND, {}, seed=1)["drift"], alone["drift"]).any()


@pytest.mark.parametrize(
    ("sampling", "sample"), [("with replacement", drawn), ("without replacement", reshuffled)]
)
def test_the_drift_is_what_runs_move_after_they_have_settled(sampling, sample):
    """Runs of 2 epochs of 4 steps to settle, and 3 in which they are watched."""
    name, rate = KIND.network[0], 0.02
    kind = KIND.replaced(settling=8 * rate, time=12 * rate, runs=5)
    _, risks = _build(PLACES[name], 1)
    found = kind._drifts(Given("e", 0, {}, {}), name, risks, rate, 1, sampling)
    generator = random_generator(0, "flat_drift", "e", name, rate, 1, sampling)
    batches = np.concatenate([sample(4, 1, 5, generator) for _ in range(5)])
    for run, drift in enumerate(found.T):
        points = [PLACES[name].point]
        for (chosen,) in batches[:, :, run]:
            points.append(points[-1] - rate * risks.derivatives(points[-1])[0][chosen])
        assert len(points) == 1 + 8 + 12
        np.testing.assert_allclose(drift, (points[20] - points[8]) / (rate**2 * 12), rtol=1e-9)


def test_a_small_angle_keeps_its_digits():
    assert _angle(np.array([1.0, 0.0]), np.array([3.0, 3e-9])) == pytest.approx(np.degrees(1e-9))
    assert _angle(np.array([1.0, 0.0]), np.array([-1.0, 1.0])) == pytest.approx(135)


def test_the_interval_of_the_angle_covers_it_as_often_as_it_says():
    """The angle between (1, 0) and (1, 1), from 200 noisy runs of each."""
    generator = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        first = np.array([[1.0], [0.0]]) + generator.standard_normal((2, 200))
        second = np.array([[1.0], [1.0]]) + generator.standard_normal((2, 200))
        interval = _angle_interval(first, second)
        hits += interval["angle_low"] <= 45 <= interval["angle_high"]
    assert 0.89 < hits / 200 < 0.99
