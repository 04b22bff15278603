import numpy as np

from flatminima.theory.diagonal_problems import draw_problem, draw_start


def test_without_noise_the_true_weights_fit():
    problem = draw_problem(8, 20, np.random.default_rng(0), relevant=3)
    data = problem.data
    np.testing.assert_allclose(data.inputs @ problem.true_weights, data.targets, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(data.minimum_norm_solution), 1)
    assert np.count_nonzero(problem.true_weights) == 3
    assert len({*np.abs(problem.true_weights[:3])}) == 1


def test_features_are_correlated_as_told():
    data = draw_problem(20_000, 3, np.random.default_rng(0), correlation=0.6, noise=0.1).data
    np.testing.assert_allclose(data.covariance, 0.4 * np.eye(3) + 0.6, atol=0.05)


def test_a_start_has_its_scale():
    start = draw_start(0.3, 4, 10_000, np.random.default_rng(0))
    assert start.shape == (4, 10_000)
    np.testing.assert_allclose(start.std(), 0.3, rtol=0.02)
