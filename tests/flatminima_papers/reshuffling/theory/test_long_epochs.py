"""The bias of long epochs, and the steps of its proof over all orders and all draws."""

import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.epoch_bias import epoch_bias
from flatminima_papers.reshuffling.theory.long_epochs import (
    bias_of_runs,
    draw_cubic_risks,
    follow_epoch,
)
from flatminima_papers.reshuffling.theory.sample_risks import (
    CubicRisks,
    QuadraticRisks,
    SquaredErrors,
)
from flatminima_papers.reshuffling.theory.sampled_descent import (
    all_draws,
    all_orders,
    descend,
    everything,
)
from flatminima_papers.reshuffling.theory.small_networks import tanh_perceptron

BATCHES = {True: all_draws, False: all_orders}


def ends_of_all(risks, start, rate, b, replaced):
    """Return the ends of all epochs, minus that of gradient descent."""
    batches = BATCHES[replaced](risks.samples, b)
    starts = np.repeat(start[:, None], batches.shape[-1], axis=1)
    descent = descend(risks, start[:, None], everything(risks, risks.samples // b), rate)
    return descend(risks, starts, batches, rate) - descent


def cubic(n=4, third=2.0, p=2):
    generator = np.random.default_rng(0)
    roots = generator.standard_normal((n, p, p))
    hessians = (roots + roots.transpose(0, 2, 1)) / 2 + np.eye(p)
    return CubicRisks(hessians, generator.standard_normal((n, p)), third), np.full(p, 0.3)


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("b", [1, 2])
def test_the_covariance_is_exact_if_all_samples_have_one_hessian(b, replaced):
    risks, start = cubic()
    same = QuadraticRisks(np.repeat(risks.hessians[:1], 4, axis=0), risks.slopes)
    ends = ends_of_all(same, start, 0.3, b, replaced)
    epoch = follow_epoch(same, start, 0.3, b, replaced=replaced)
    np.testing.assert_allclose(ends.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(epoch.bias, 0, atol=1e-9)
    np.testing.assert_allclose(np.cov(ends, bias=True), epoch.covariance, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("b", [1, 2])
def test_the_bias_is_exact_to_second_order_in_the_deviations(b, replaced):
    """With deviations of the size x the bias is of order x^2, and what is left of order x^3."""
    risks, start = cubic(6)
    lefts = []
    for x in (0.01, 0.005):
        H, g = risks.hessians.mean(0), risks.slopes.mean(0)
        scaled = CubicRisks(H + x * (risks.hessians - H), g + x * (risks.slopes - g), risks.third)
        mean = ends_of_all(scaled, start, 0.3, b, replaced).mean(axis=1)
        formula = follow_epoch(scaled, start, 0.3, b, replaced=replaced).bias
        assert np.linalg.norm(mean - formula) < 0.1 * np.linalg.norm(formula)
        lefts.append(np.linalg.norm(mean - formula))
    assert lefts[0] / lefts[1] > 7


def test_quadratic_risks_have_the_bias_of_short_epochs():
    risks, _ = cubic()
    quadratic = QuadraticRisks(risks.hessians, risks.slopes)
    centred = QuadraticRisks(quadratic.hessians, quadratic.slopes - quadratic.slopes.mean(0))
    epoch = follow_epoch(centred, np.zeros(2), 0.2, 1, replaced=False)
    derivatives = centred.derivatives(np.zeros(2))
    np.testing.assert_allclose(epoch.memory, epoch_bias(*derivatives, 0.2, 4), rtol=1e-10)
    np.testing.assert_allclose(epoch.bending, 0, atol=1e-9)
    assert follow_epoch(centred, np.zeros(2), 0.2, 1, replaced=True).memory.tolist() == [0, 0]


def test_the_third_derivatives_of_a_network():
    """At small rates, over all draws; with replacement they alone make the bias."""
    generator = np.random.default_rng(1)
    data = generator.standard_normal((2, 4)), generator.standard_normal(4)
    risks, start = SquaredErrors(tanh_perceptron, *data), generator.standard_normal(6)
    lefts = []
    for rate in (4e-3, 2e-3):
        mean = ends_of_all(risks, start, rate, 1, True).mean(axis=1)
        bending = follow_epoch(risks, start, rate, 1, replaced=True).bending
        lefts.append(np.linalg.norm(mean - bending) / np.linalg.norm(mean))
    assert lefts[0] < 0.15
    assert lefts[0] / lefts[1] == pytest.approx(2, rel=0.3)


@pytest.mark.parametrize("replaced", [True, False])
def test_runs_have_the_mean_of_all_epochs(replaced):
    risks, start = cubic(third=1.0)
    exact = ends_of_all(risks, start, 0.1, 2, replaced).mean(axis=1)
    runs = bias_of_runs(risks, start, 0.1, 2, 40_000, np.random.default_rng(0), replaced=replaced)
    spread = runs.std(axis=1) / np.sqrt(runs.shape[1])
    assert np.all(np.abs(runs.mean(axis=1) - exact) < 4 * spread)
    plain = ends_of_all(risks, start, 0.1, 2, replaced)
    assert np.all(runs.std(axis=1) < 0.6 * plain.std(axis=1))


def test_drawn_cubic_risks():
    risks = draw_cubic_risks(9, -2.0, np.random.default_rng(0))
    gradients, hessians = risks.derivatives(np.zeros(1))
    np.testing.assert_allclose([gradients.mean(), hessians.mean()], [0, 1], atol=1e-12)
    moved = [risks.derivatives(np.array([x])) for x in (0.5, -0.5)]
    np.testing.assert_allclose(moved[0][1] - moved[1][1], -2)
    slopes = (moved[0][0] - moved[1][0])[:, 0]
    np.testing.assert_allclose(slopes, hessians[:, 0, 0], rtol=1e-12)
    everyone = np.arange(9)[:, None]
    np.testing.assert_allclose(
        risks.gradients(np.array([[0.5]]), everyone)[0, :, 0], moved[0][0][:, 0]
    )
