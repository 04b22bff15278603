import numpy as np
import pytest

from flatminima.kernels.linear import descend

from .. import references
from ..cases import LINEAR, assert_close, named, random_parameters


def step(network, weights, factors, output):
    """Descend from weights into an output; return the excess risk."""
    data, shapes = network.dataset, network.layer_shapes
    excess_risk = np.empty(weights.shape[1])
    descend(
        weights,
        output,
        np.array([shapes[0][1], *(rows for rows, _ in shapes)]),
        network.projection,
        2 * data.covariance,
        data.minimum_norm_solution,
        factors,
        excess_risk,
    )
    return excess_risk


@pytest.mark.parametrize("network", named(LINEAR))
def test_a_step_subtracts_the_gradient_times_the_factor_of_its_run(network):
    weights = random_parameters(network, 8)
    factors = np.linspace(0, 0.1, 8)
    moved = weights.copy()
    excess_risk = step(network, weights, factors, moved)
    for run, factor in enumerate(factors):
        expected = factor * references.gradient(network, weights[:, run])
        np.testing.assert_allclose(weights[:, run] - moved[:, run], expected, rtol=1e-9, atol=1e-14)
    risks = [references.risk(network, run) for run in weights.T]
    assert_close(excess_risk + network.dataset.minimal_risk, risks, 1e-11)


@pytest.mark.parametrize("network", named(LINEAR))
def test_the_weights_may_be_what_is_subtracted_from(network):
    weights = random_parameters(network, 8)
    factors = np.linspace(0.001, 0.1, 8)
    apart, in_place = weights.copy(), weights.copy()
    risk = step(network, weights, factors, apart)
    assert np.array_equal(step(network, in_place, factors, in_place), risk)
    assert np.array_equal(in_place, apart)
