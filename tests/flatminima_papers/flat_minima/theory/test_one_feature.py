import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.closed_forms import minimal_sharpness
from flatminima_papers.flat_minima.theory.one_feature import (
    end_of_flow_with_one_feature,
    sharpness_with_one_feature,
)
from tests.flatminima import references

CURVATURE, SOLUTION = 1.69, 0.7


@pytest.fixture(params=[2, 3, 6])
def network(request):
    inputs = np.array([[1.3], [-1.3]])
    return LinearNetwork(Dataset(inputs, inputs[:, 0] * SOLUTION), request.param)


@pytest.mark.parametrize("scale", [0.1, 0.7, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_end_is_that_of_the_flow_integrated_plainly(network, scale, seed):
    initial = scale * np.random.default_rng(seed).standard_normal(network.depth)
    end = solve_ivp(
        lambda _, w: -references.gradient(network, w), (0, 1e6), initial, "LSODA",
        rtol=1e-10, atol=1e-12,
    ).y[:, -1]  # fmt: skip
    assert np.prod(end) == pytest.approx(SOLUTION, rel=1e-7)
    layers = end_of_flow_with_one_feature(initial, SOLUTION)
    np.testing.assert_allclose(layers, np.abs(end), rtol=1e-6, atol=1e-7)
    sharpness = sharpness_with_one_feature(layers, CURVATURE, SOLUTION)
    assert sharpness == pytest.approx(references.sharpness(network, end), rel=1e-5)


@pytest.mark.parametrize("size", [1e-150, 1e-3, 1.0, 1e3, 1e40])
def test_the_product_of_the_end_is_the_solution(size):
    layers = end_of_flow_with_one_feature(size * np.array([0.3, -1.0, 2.0, 0.0]), -SOLUTION)
    assert np.prod(layers) == pytest.approx(SOLUTION, rel=1e-10)


def test_balanced_layers_are_flattest_and_others_arbitrarily_sharp():
    smallest = minimal_sharpness(np.array([[CURVATURE]]), np.array([SOLUTION]), 4)
    values = []
    for scale in (0.0, 0.5, 2.0, 8.0):
        layers = end_of_flow_with_one_feature(scale * np.array([0.1, 1.0, 1.0, 1.0]), SOLUTION)
        values.append(sharpness_with_one_feature(layers, CURVATURE, SOLUTION) / smallest)
    assert values[0] == pytest.approx(1, rel=1e-14)
    assert np.all(np.diff(values) > 0)
    assert values[-1] > 1000


def test_no_solution_is_no_end():
    with pytest.raises(ValueError, match="w\\* = 0"):
        end_of_flow_with_one_feature(np.ones(3), 0.0)
