import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima.networks import initialise
from flatminima.theory.gradient_flow import FlowError
from flatminima_papers.flat_minima.measurements.residual_hypothesis import (
    ResidualHypothesis,
    _network,
)
from flatminima_papers.flat_minima.theory import residual_flow
from tests.flatminima import references
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import residual_hypotheses


@pytest.fixture
def table():
    return residual_hypotheses()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(ResidualHypothesis.columns)
    assert (table["outcome"] == "converged").all()
    assert (table["sharpness_ratio"] >= 1 - 1e-9).all()
    assert table["certificate_gap"].abs().max() < 1e-12
    assert (table["hypothesis_share"] < 1).any()
    assert (table["hypothesis_share"] > 1).any()


@pytest.mark.parametrize(("distance", "factor"), [(0.25, 0.75), (2.0, -1.0), (3.0, -2.0)])
def test_the_solution_lies_towards_the_origin_and_behind(distance, factor):
    initial = initialise("residual", ((4, 4),) * 3, 0.5, np.random.default_rng(0))
    network = _network(initial, 3, 4, 8.0, distance)
    start = references.outputs(network, initial, np.eye(4))  # of the unit vectors: w(0)
    solution, *_ = np.linalg.lstsq(network.dataset.inputs, network.dataset.targets, rcond=None)
    np.testing.assert_allclose(solution, factor * start, rtol=1e-10)
    assert references.risk(network, initial) > 0
    inputs = network.dataset.inputs
    assert np.linalg.cond(inputs.T @ inputs) == pytest.approx(8)


@pytest.mark.parametrize(
    ("column", "power"),
    [("initial_excess_risk", 2), ("hypothesis_share", 2), ("deviation_bound", 1)],
)
def test_the_hypothesis_is_about_the_square_of_the_distance(table, column, power):
    unit = table[column] / table["distance"] ** power
    starts = [table[key] for key in ("depth", "width", "condition_number", "repetition")]
    assert unit.groupby(starts).agg(lambda x: np.ptp(x) / x.mean()).max() < 1e-9


def test_the_parts_of_the_hypothesis_fit_together(table):
    """The bound of the path reaches the ball's radius where the hypothesis ends."""
    radius = table["deviation_bound"] / np.sqrt(table["hypothesis_share"])
    assert radius.min() > 1e-3
    assert radius.max() < 1
    starts = ["depth", "width", "repetition"]
    assert (radius.groupby([table[key] for key in starts]).agg(np.ptp) < 1e-9).all()


def test_from_near_the_flow_is_that_of_the_linearised_network(table):
    """Straight to w*: ||theta|| is of the order of the distance, the rate that of the start."""
    near = table[table["distance"] == 0.003]
    assert near["deviation"].between(0.002, 0.005).all()
    assert (near["lojasiewicz_constant"] > near["lojasiewicz_bound"]).all()


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(residual_flow, "gradient_flow", fail)
    row = measured(ResidualHypothesis((2,), (3,), (1.0,), (0.5,), (0.1,), 1), {}).iloc[0]
    assert row["outcome"] == "not_converged"
    assert np.isnan(row["deviation"])
    assert row["deviation_bound"] > 0


def test_there_must_be_something_to_learn():
    kind = ResidualHypothesis((2,), (3,), (1.0,), (0.5,), (0.1, 1.0), 1)
    with pytest.raises(Misfit, match="has the value 1") as caught:
        kind.check({})
    assert caught.value.key == "distance"
