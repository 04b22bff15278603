import numpy as np
import pytest

from flatminima_papers.flat_minima.theory.stochastic_growth import (
    epochs_of_samples,
    fresh_samples,
    independent_samples,
    second_moment_growth,
    stochastic_step,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, data, linear


@pytest.mark.parametrize("name", ["square", "narrow", "residual"])
def test_a_step_on_all_samples_is_one_of_gradient_descent(name):
    network = LINEAR[name]
    dataset = network.dataset
    generator = np.random.default_rng(0)
    points = 0.5 * generator.standard_normal((network.size, 3))
    gradient = independent_samples(dataset.inputs, dataset.samples, False, generator)
    moved = stochastic_step(network, points, 0.1, gradient)
    for run in range(3):
        expected = references.descend(network, points[:, run], 0.1, 1)[0][-1]
        np.testing.assert_allclose(moved[:, run], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("b", [1, 3])
def test_fresh_gradients_have_the_moments_of_batches(b):
    root, error = np.diag([1.0, 2.0]), np.array([1.0, -0.5])
    many, generator = 200_000, np.random.default_rng(b)
    fresh = fresh_samples(root, b, generator)(np.repeat(error[:, None], many, axis=1))
    inputs = generator.standard_normal((many, b, 2)) @ root
    drawn = 2 * np.einsum("rbi,rb->ir", inputs, inputs @ error) / b
    for power in (1, 2, 3):
        pairs = [(fresh**power, drawn**power), (fresh[0] * fresh**power, drawn[0] * drawn**power)]
        for ours, theirs in pairs:
            spread = np.hypot(ours.std(axis=1), theirs.std(axis=1)) / np.sqrt(many)
            assert np.all(np.abs(ours.mean(axis=1) - theirs.mean(axis=1)) < 5 * spread)


def test_an_epoch_uses_each_sample_once():
    inputs = data(12, 3).inputs
    errors = np.random.default_rng(0).standard_normal((3, 4))
    gradient = epochs_of_samples(inputs, 3, np.random.default_rng(1))
    epochs = np.array([gradient(errors) for _ in range(8)])
    expected = 2 * inputs.T @ inputs @ errors / 12
    for epoch in (epochs[:4], epochs[4:]):
        np.testing.assert_allclose(epoch.mean(axis=0), expected, rtol=1e-12)
    assert np.abs(epochs[0] - epochs[4]).max() > 0.01


@pytest.mark.parametrize("replaced", [True, False])
def test_independent_batches_are_unbiased(replaced):
    inputs = data(12, 3).inputs
    errors = np.repeat(np.ones((3, 1)), 50_000, axis=1)
    drawn = independent_samples(inputs, 3, replaced, np.random.default_rng(1))(errors)
    deviation = drawn.mean(axis=1) - 2 * inputs.T @ inputs @ np.ones(3) / 12
    assert np.all(np.abs(deviation) < 5 * drawn.std(axis=1) / np.sqrt(50_000))


@pytest.mark.parametrize("rate", [0.1, 0.7])
def test_one_feature_with_fresh_samples(rate):
    """A step multiplies the error by 1 - x X^2 / b, where x = eta S."""
    network = linear(7, 1, 2)
    w = network.dataset.minimum_norm_solution[0]
    minimiser = np.array([np.sqrt(abs(w)), np.sign(w) * np.sqrt(abs(w))])
    S = references.minimiser_sharpness(network, minimiser)
    generator = np.random.default_rng(0)
    growths = second_moment_growth(
        network, minimiser, rate / S, fresh_samples(network.covariance_root, 4, generator),
        populations=5, size=400, rounds=40, steps=2, generator=generator,
    )  # fmt: skip
    expected = np.log(1 - 2 * rate + rate**2 * 1.5)
    assert abs(growths.mean() - expected) < 4 * growths.std() / np.sqrt(5) + 1e-3


def test_an_overflow_is_not_a_number():
    network, generator = linear(7, 1, 2), np.random.default_rng(0)
    minimiser = np.sqrt(np.abs(network.dataset.minimum_norm_solution[0])) * np.ones(2)
    gradient = fresh_samples(network.covariance_root, 1, generator)
    growths = second_moment_growth(
        network, minimiser, 1e3, gradient, populations=2, size=5, rounds=4, steps=60,
        generator=generator,
    )  # fmt: skip
    assert np.isnan(growths).all()
