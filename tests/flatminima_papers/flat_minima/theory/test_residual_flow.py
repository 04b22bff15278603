import numpy as np
import pytest

from flatminima.networks import initialise
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import FlowError, gradient_flow
from flatminima_papers.flat_minima.theory.residual_flow import follow_residual_flow
from tests.flatminima import references
from tests.flatminima.cases import dataset_of, residual


def test_it_agrees_with_the_accurate_flow():
    network = residual(50, 5, 3)
    initial = initialise("residual", network.layer_shapes, 0.3, np.random.default_rng(0))
    flow = follow_residual_flow(network, initial)
    states = list(gradient_flow(network, initial))
    end = states[-1].parameters
    np.testing.assert_allclose(flow.end, end, atol=1e-6)
    layers = zip(references.split(network, initial), references.split(network, end), strict=True)
    deviation = 3 * max(np.linalg.norm(after - before) for before, after in layers)
    assert flow.deviation == pytest.approx(deviation, rel=1e-5)
    assert flow.sharpness == pytest.approx(references.sharpness(network, end), rel=1e-5)
    least = min(state.squared_gradient / state.excess_risk for state in states)
    assert flow.lojasiewicz_constant == pytest.approx(least, rel=0.05)  # other steps


def test_a_flow_from_a_saddle_is_refused():
    network = LinearNetwork(dataset_of(np.eye(2), np.ones(2)), 2, projection=np.ones(2))
    with pytest.raises(FlowError, match="saddle"):
        follow_residual_flow(network, np.zeros(network.size))
