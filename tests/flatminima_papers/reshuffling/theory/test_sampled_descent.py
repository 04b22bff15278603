from math import factorial

import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.sampled_descent import (
    all_draws,
    all_orders,
    descend,
    descend_with_noise,
    drawn,
    everything,
    reshuffled,
)
from tests.flatminima_papers.reshuffling.theory.test_sample_risks import RISKS, quadratics


def test_a_reshuffled_epoch_has_every_sample_once_in_an_order_of_its_own():
    batches = reshuffled(6, 2, 500, np.random.default_rng(0))
    assert batches.shape == (3, 2, 500)
    assert (np.sort(batches.reshape(6, 500), axis=0) == np.arange(6)[:, None]).all()
    assert len(np.unique(batches.reshape(6, 500), axis=1).T) > 300  # of 720 orders
    for place in range(6):  # each sample as often in each place
        counts = np.bincount(batches.reshape(6, 500)[place])
        assert (np.abs(counts - 500 / 6) < 5 * np.sqrt(500 / 6)).all()


def test_draws_may_repeat_a_sample():
    batches = drawn(6, 3, 500, np.random.default_rng(0))
    assert batches.shape == (2, 3, 500)
    assert set(np.unique(batches)) == set(range(6))
    assert (np.sort(batches.reshape(6, 500), axis=0)[1:] == np.arange(1, 6)[:, None]).mean() < 0.5


@pytest.mark.parametrize(("every", "count"), [(all_orders, factorial(4)), (all_draws, 4**4)])
def test_all_epochs_are_there_once(every, count):
    batches = every(4, 2)
    assert batches.shape == (2, 2, count)
    assert len(np.unique(batches.reshape(4, count), axis=1).T) == count


def test_orders_are_draws_without_a_repetition():
    draws = all_draws(3, 1).reshape(3, -1).T
    orders = {tuple(draw) for draw in draws if len(set(draw)) == 3}
    assert orders == {tuple(order) for order in all_orders(3, 1).reshape(3, -1).T}


@pytest.mark.parametrize("name", RISKS)
def test_runs_are_those_of_a_plain_loop(name):
    risks, parameters = RISKS[name]
    generator = np.random.default_rng(1)
    starts = generator.standard_normal((parameters, 3))
    batches = generator.integers(5, size=(4, 2, 3))
    ends = descend(risks, starts, batches, 0.05)
    for run in range(3):
        point = starts[:, run]
        for chosen in batches[:, :, run]:
            gradients, _ = risks.derivatives(point)
            point = point - 0.05 * gradients[chosen].mean(0)
        np.testing.assert_allclose(ends[:, run], point, rtol=1e-12)


def test_batches_of_everything_are_gradient_descent():
    risks = quadratics()
    point = np.ones(3)
    end = descend(risks, point[:, None], everything(risks, 2), 0.1)
    for _ in range(2):
        point = point - 0.1 * risks.derivatives(point)[0].mean(0)
    np.testing.assert_allclose(end[:, 0], point)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_noise_has_the_covariance_of_drawn_batches(batch_size):
    """Exactly: a step is linear in the normals, whose unit vectors say what it makes of each."""
    risks = quadratics()
    start = np.repeat(np.ones((3, 1)), 5, axis=1)
    gradients, _ = risks.derivatives(np.ones(3))
    ends = descend_with_noise(risks, start, [np.eye(5)], batch_size, 0.1)
    responses = (ends - start + 0.1 * gradients.mean(0)[:, None]) / 0.1
    covariance = np.cov(gradients.T, bias=True) / batch_size
    np.testing.assert_allclose(responses @ responses.T, covariance, atol=1e-12)
    draws = all_draws(5, 1)[0, 0].reshape(1, 1, -1)
    single = descend(risks, np.ones((3, draws.shape[-1])), draws, 0.1)
    np.testing.assert_allclose(np.cov(single, bias=True) / 0.01, covariance * batch_size)


def test_a_run_that_diverges_is_not_finite_and_warns_nobody():
    risks, parameters = RISKS["quadratics"]
    start = np.full((parameters, 1), 1e300)
    batches = np.zeros((400, 1, 1), dtype=int)
    assert not np.isfinite(descend(risks, start, batches, 100.0)).all()
    normals = np.ones((400, 5, 1))
    assert not np.isfinite(descend_with_noise(risks, start, normals, 1, 100.0)).all()
