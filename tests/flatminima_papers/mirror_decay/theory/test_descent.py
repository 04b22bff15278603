import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.diagonal_networks import network_weights, risk_gradient
from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.mirror_decay.theory.descent import decayed_descent, decayed_step


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1), st.integers(0, 1000))
def test_a_step_of_two_layers_multiplies_the_imbalance(decay, seed):
    data = draw_problem(4, 7, np.random.default_rng(0)).data
    u = np.random.default_rng([seed, 1]).standard_normal((2, 7))
    after = decayed_step(data.inputs, data.targets, u, 0.1, decay)
    gradient = risk_gradient(data.inputs, data.targets, network_weights(u))
    factor = (1 - 0.1 * decay) ** 2 - (0.1 * gradient) ** 2
    np.testing.assert_allclose(
        after[0] ** 2 - after[1] ** 2, factor * (u[0] ** 2 - u[1] ** 2), atol=1e-13
    )


def test_decay_ends_with_its_list():
    flat = (np.zeros((2, 1)), np.zeros(2), np.ones((3, 1)))
    ends = decayed_descent(*flat, 0.1, np.array([[0.5, 0.0], [1.0, 0.0]]), 10)
    np.testing.assert_allclose(ends[0], 0.95 * 0.9)
    np.testing.assert_allclose(ends[1], 1)
