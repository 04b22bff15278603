import numpy as np
import pytest

from flatminima.networks import initialise
from flatminima_papers.flat_minima.theory.assumptions import check_assumptions
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, linear


@pytest.mark.parametrize("name", ["square", "residual", "wide", "fewer samples than features"])
@pytest.mark.parametrize("kind", ["gaussian", "one_layer_zero"])
@pytest.mark.parametrize("seed", range(6))
def test_a1_is_what_the_risks_say(name, kind, seed):
    network = LINEAR[name]
    initial = initialise(kind, network.layer_shapes, 0.5, np.random.default_rng(seed))
    start = references.risk(network, initial)
    zero = references.risk(network, np.zeros(network.size))
    expected = start <= zero and np.linalg.norm(references.gradient(network, initial)) > 0
    assert check_assumptions(network, initial).risk_below_zero_network == expected


def test_one_layer_zero_satisfies_a1_and_half_of_the_small_gaussian_starts_do():
    network = LINEAR["square"]
    generator = np.random.default_rng(0)
    shares = {
        kind: np.mean(
            [
                check_assumptions(
                    network, initialise(kind, network.layer_shapes, 1e-6, generator)
                ).risk_below_zero_network
                for _ in range(200)
            ]
        )
        for kind in ("gaussian", "one_layer_zero")
    }
    assert shares["one_layer_zero"] == 1
    assert 0.4 < shares["gaussian"] < 0.6


def test_the_saddle_at_zero_does_not_satisfy_a1():
    network = LINEAR["square"]
    assert not check_assumptions(network, np.zeros(network.size)).risk_below_zero_network


@pytest.mark.parametrize(("samples", "features", "expected"), [(50, 5, True), (15, 20, False)])
def test_a2_is_the_rank_of_the_data(samples, features, expected):
    network = linear(samples, features, 2)
    assumptions = check_assumptions(network, np.zeros(network.size))
    assert assumptions.full_rank_covariance == expected
    assert not assumptions.all
