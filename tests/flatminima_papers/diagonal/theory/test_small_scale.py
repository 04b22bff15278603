import numpy as np
import pytest

from flatminima.theory.diagonal_limits import limit_of_flow, smallest_l1_norm
from flatminima.theory.diagonal_networks import equal_start
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.diagonal.theory.small_scale import small_scale_weights, sparse_vertex


@pytest.mark.parametrize(("depth", "scale", "error"), [(2, 1e-9, 0.1), (3, 1e-4, 1e-2),
                                                       (4, 1e-2, 1e-2)])  # fmt: skip
def test_the_limit_off_the_support(depth, scale, error):
    data = draw_problem(8, 20, np.random.default_rng(8)).data  # no slope near 1
    vertex = sparse_vertex(data.inputs, smallest_l1_norm(data.inputs, data.targets))
    assert vertex.support.sum() == 8
    assert vertex.largest_slope < 0.95
    start = split_start(equal_start(scale, depth, 20))
    limit = limit_of_flow(data.inputs, data.targets, start).weights
    predicted = small_scale_weights(data.inputs, vertex, scale, depth)
    rest = ~vertex.support
    assert not predicted[vertex.support].any()
    assert np.abs(limit - predicted)[rest].max() < error * np.abs(limit[rest]).max()
