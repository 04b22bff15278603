import numpy as np
import pytest

from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.flat_minima.theory.excess_risk import excess_risk
from flatminima_papers.flat_minima.theory.random_minimisers import draw_minimiser, measure_bounds
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, data

NAMES = ["square", "narrow", "wide", "residual", "fewer samples than features", "width one"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("decades", [0.0, 1.0])
def test_a_draw_is_a_minimiser_between_its_bounds(name, decades):
    network = LINEAR[name]
    generator = np.random.default_rng(1)
    for _ in range(10):
        point = draw_minimiser(network, decades, generator)
        assert excess_risk(network, point[:, None])[0] < 1e-20
        bounds = measure_bounds(network, point)
        brute_force = references.minimiser_sharpness(network, point)
        assert bounds.sharpness == pytest.approx(brute_force, rel=1e-9)
        assert bounds.below <= bounds.sharpness * (1 + 1e-9)
        assert bounds.above >= bounds.sharpness * (1 - 1e-9)


def test_draws_have_low_ranks_and_sizes_of_all_kinds():
    network = LINEAR["square"]
    generator = np.random.default_rng(2)
    second = [
        references.split(network, draw_minimiser(network, 2.0, generator))[1] for _ in range(60)
    ]
    ranks = {np.linalg.matrix_rank(layer) for layer in second}
    assert ranks == {1, 2, 3, 4, 5}
    sizes = np.log10([np.linalg.norm(layer) for layer in second])
    assert sizes.min() < -1
    assert sizes.max() > 1


def test_the_bound_above_is_attained_by_one_feature_and_scales_with_the_projection():
    """With one feature all matrices are numbers, and both bounds are equalities."""
    network = LinearNetwork(data(7, 1), 3, width=1)
    bounds = measure_bounds(network, draw_minimiser(network, 1.0, np.random.default_rng(0)))
    assert bounds.above == pytest.approx(bounds.sharpness, rel=1e-12)
    assert bounds.below == pytest.approx(bounds.sharpness, rel=1e-12)
    longer = LinearNetwork(data(50, 4), 3, projection=np.array([3.0, 0.0, 4.0, 0.0]))
    generator = np.random.default_rng(3)
    for _ in range(20):
        point = draw_minimiser(longer, 0.5, generator)
        bounds = measure_bounds(longer, point)
        norms = [np.linalg.norm(W, 2) for W in references.split(longer, point)]
        others = [np.prod(np.delete(norms, k)) ** 2 for k in range(3)]
        largest = np.linalg.eigvalsh(longer.dataset.covariance)[-1]
        assert bounds.above == pytest.approx(2 * largest * 25 * sum(others), rel=1e-12)
        assert bounds.sharpness <= bounds.above
