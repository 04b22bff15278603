import numpy as np
import pytest
from hypothesis import given, settings

from flatminima_papers.flat_minima.theory.asymptotics import (
    balanced_excess,
    excess_bound,
    limiting_excess,
    moment_ratio,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, linear
from tests.flatminima.theory.test_closed_forms import problems


@settings(max_examples=300)
@given(problems(largest_condition=4))
def test_the_bound_holds_at_every_depth(problem):
    covariance, solution, depth = problem
    excess = balanced_excess(covariance, solution, depth)
    assert -1e-11 < excess <= excess_bound(covariance, solution) * (1 + 1e-9) + 1e-11
    assert moment_ratio(covariance, solution) >= 1 - 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_the_excess_tends_to_its_limit_as_one_over_the_depth(seed):
    generator = np.random.default_rng(seed)
    covariance = np.diag(np.geomspace(1, 0.1, 4))
    solution = generator.standard_normal(4)
    limit = limiting_excess(covariance, solution)
    rests = [balanced_excess(covariance, solution, depth) - limit for depth in (500, 1000, 2000)]
    assert rests[0] / rests[1] == pytest.approx(2, rel=0.02)
    assert rests[1] / rests[2] == pytest.approx(2, rel=0.02)
    assert 2 * rests[2] - rests[1] == pytest.approx(0, abs=1e-4 * limit)


def test_an_eigenvector_leaves_no_excess():
    problem = np.diag([4.0, 1.0]), np.array([2.0, 0.0])
    assert limiting_excess(*problem) == excess_bound(*problem) == 0
    assert balanced_excess(*problem, 7) == pytest.approx(0, abs=1e-13)


def test_the_excess_is_that_of_networks():
    network = linear(50, 5, 3)
    dataset = network.dataset
    excess = balanced_excess(dataset.covariance, dataset.minimum_norm_solution, 3)
    balanced = references.sharpness(network, references.balanced_minimiser(network))
    generator = np.random.default_rng(0)
    flattest = min(
        references.minimiser_sharpness(network, references.random_minimiser(network, generator))
        for _ in range(200)
    )
    assert flattest >= balanced / (1 + excess / 3) * (1 - 1e-12)
    assert LINEAR["square"].depth == 3
