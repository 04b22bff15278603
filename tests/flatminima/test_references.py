"""The references against finite differences, which know nothing but the definition."""

import numpy as np
import pytest

from tests.flatminima import references
from tests.flatminima.cases import LINEAR, PERCEPTRONS, assert_close, named, random_parameters

networks = pytest.mark.parametrize(
    "network",
    named({name: (LINEAR | PERCEPTRONS)[name] for name in ("narrow", "residual", "tanh", "erf")}),
)


@networks
def test_gradient_is_the_derivative_of_the_risk(network):
    point = random_parameters(network, 1)[:, 0]
    differences = references.central_difference(lambda x: references.risk(network, x), point)
    # The error of a central difference is about step^2 = 1e-10.
    assert_close(references.gradient(network, point), differences, 1e-7)


@networks
def test_hessian_is_the_derivative_of_the_gradient(network):
    point = random_parameters(network, 1)[:, 0]
    differences = references.central_difference(lambda x: references.gradient(network, x), point)
    assert_close(references.hessian(network, point), differences, 1e-7)


@pytest.mark.parametrize("name", ["square", "wide", "residual"])
def test_minimisers_have_the_smallest_risk(name):
    network = LINEAR[name]
    dataset = network.dataset
    best = np.mean((dataset.inputs @ dataset.minimum_norm_solution - dataset.targets) ** 2)
    for point in (
        references.random_minimiser(network, np.random.default_rng(0)),
        references.balanced_minimiser(network),
    ):
        assert references.risk(network, point) == pytest.approx(best, rel=1e-12)
