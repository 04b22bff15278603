import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.epoch_bias import (
    epoch_bias,
    mean_path,
    noise_trace_gradient,
)
from flatminima_papers.reshuffling.theory.sampled_descent import (
    all_draws,
    all_orders,
    descend,
    everything,
)
from tests.flatminima_papers.reshuffling.theory.test_sample_risks import quadratics, squared_errors


def obvious_bias(gradients, hessians, rate, steps):
    """Return the double sum as it is written."""
    samples, parameters = gradients.shape
    factor = np.eye(parameters) - rate * hessians.mean(0)
    power = np.linalg.matrix_power
    total = np.zeros(parameters)
    for t in range(steps):
        for s in range(t):
            for gradient, hessian in zip(gradients, hessians, strict=True):
                bent = (hessian - hessians.mean(0)) @ power(factor, t - 1 - s)
                total += power(factor, steps - 1 - t) @ bent @ (gradient - gradients.mean(0))
    return -(rate**2) / (samples - 1) * total / samples


RISKS = {"quadratics": (quadratics(4, 2), np.zeros(2)), "perceptron": (squared_errors(4), None)}
POINT = np.random.default_rng(5).standard_normal(6)


def case(name):
    risks, start = RISKS[name]
    return risks, POINT if start is None else start


def exact_bias(risks, start, batches, rate):
    """Return the mean end over all epochs, minus that of gradient descent."""
    starts = np.repeat(start[:, None], batches.shape[-1], axis=1)
    descent = descend(risks, start[:, None], everything(risks, len(batches)), rate)
    return (descend(risks, starts, batches, rate) - descent).mean(1)


@pytest.mark.parametrize("name", RISKS)
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_the_recursion_is_the_double_sum(name, steps):
    risks, start = case(name)
    derivatives = risks.derivatives(start)
    np.testing.assert_allclose(
        epoch_bias(*derivatives, 0.1, steps), obvious_bias(*derivatives, 0.1, steps), atol=1e-14
    )


@pytest.mark.parametrize("name", RISKS)
@pytest.mark.parametrize("batch_size", [1, 2])
def test_it_is_the_mean_over_all_orders_but_for_order_three(name, batch_size):
    risks, start = case(name)
    orders = all_orders(4, batch_size)
    rests = []
    for rate in (0.002, 0.001):
        formula = epoch_bias(*risks.derivatives(start), rate, len(orders))
        exact = exact_bias(risks, start, orders, rate)
        assert np.linalg.norm(exact - formula) < 0.1 * np.linalg.norm(formula)
        rests.append(np.linalg.norm(exact - formula))
    if name == "quadratics" and batch_size == 2:
        assert max(rests) < 1e-15  # two steps of quadratics: the formula is exact
    else:
        assert np.log2(rests[0] / rests[1]) == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("name", RISKS)
def test_draws_have_no_bias_of_order_two(name):
    risks, start = case(name)
    biases = [
        np.linalg.norm(exact_bias(risks, start, all_draws(4, 1), rate)) for rate in (0.002, 0.001)
    ]
    if name == "quadratics":
        assert max(biases) < 1e-15
    else:
        assert np.log2(biases[0] / biases[1]) == pytest.approx(3, abs=0.1)


def test_the_gradient_of_the_trace_is_that_of_the_trace():
    risks, start = case("perceptron")

    def trace(point):
        return np.trace(np.cov(risks.derivatives(point)[0].T, bias=True))

    slopes = [(trace(start + s) - trace(start - s)) / 2e-5 for s in 1e-5 * np.eye(6)]
    np.testing.assert_allclose(
        noise_trace_gradient(*risks.derivatives(start)), slopes, rtol=1e-7, atol=1e-7
    )


def test_where_the_hessian_is_small_it_is_a_step_down_the_trace():
    """- eta^2 k (k - 1) / (4 (n - 1)) times its gradient, exactly where H vanishes."""
    risks = quadratics(5, 3)
    gradients, hessians = risks.derivatives(np.ones(3))
    flat = hessians - hessians.mean(0)
    step = -(0.1**2) * 5 * 4 / (4 * 4) * noise_trace_gradient(gradients, flat)
    np.testing.assert_allclose(epoch_bias(gradients, flat, 0.1, 5), step, rtol=1e-12)


def test_the_mean_path_is_descent_and_bias_epoch_by_epoch():
    risks, start = case("quadratics")
    first, second = mean_path(risks, start, 0.01, 4, 2)
    descent = descend(risks, start[:, None], everything(risks, 4), 0.01)[:, 0]
    np.testing.assert_allclose(
        first, descent + epoch_bias(*risks.derivatives(start), 0.01, 4), atol=1e-15
    )
    np.testing.assert_allclose(second, mean_path(risks, first, 0.01, 4, 1)[0], atol=1e-15)
    exact = descent + exact_bias(risks, start, all_orders(4, 1), 0.01)
    again = descend(risks, exact[:, None], everything(risks, 4), 0.01)[:, 0]
    again += exact_bias(risks, exact, all_orders(4, 1), 0.01)  # linear: the mean is what matters
    assert np.linalg.norm(second - again) < 0.1 * np.linalg.norm(again - descent)
