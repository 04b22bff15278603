import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.epoch_bias import epoch_bias
from flatminima_papers.reshuffling.theory.saddles import chain_saddle, quadratic_saddle


def quadratic(samples=32, seed=0):
    return quadratic_saddle(samples, np.random.default_rng(seed))


@pytest.mark.parametrize(
    "saddle", [quadratic(), quadratic(6, 1), chain_saddle(32), chain_saddle(8)]
)
def test_a_strict_saddle_with_noise(saddle):
    gradients, hessians = saddle.risks.derivatives(saddle.point)
    np.testing.assert_allclose(gradients.mean(0), 0, atol=1e-14)
    values = np.linalg.eigvalsh(hessians.mean(0))
    assert values[0] < -0.4
    assert (values[1:] > -1e-14).all()
    direction = saddle.escape_direction(0.01, len(gradients))
    np.testing.assert_allclose(hessians.mean(0) @ direction, values[0] * direction, atol=1e-13)
    assert np.std(gradients @ direction) > 0.1


@pytest.mark.parametrize("saddle", [quadratic(), chain_saddle(32)])
def test_the_direction_is_that_of_the_bias(saddle):
    gradients, hessians = saddle.risks.derivatives(saddle.point)
    direction = saddle.escape_direction(0.01, 32)
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert direction @ epoch_bias(gradients, hessians, 0.01, 32) > 0


def test_the_quadratics_are_standardised():
    gradients, hessians = quadratic().risks.derivatives(np.zeros(2))
    np.testing.assert_allclose(hessians.mean(0), np.diag([1, -0.5]), atol=1e-14)
    deviations = hessians - hessians.mean(0)
    numbers = [*gradients.T, deviations[:, 0, 0], deviations[:, 1, 1], deviations[:, 0, 1]]
    expected = np.eye(5)
    expected[0, 2] = expected[2, 0] = expected[1, 3] = expected[3, 1] = 0.3
    np.testing.assert_allclose(np.cov(numbers, bias=True), expected, atol=1e-13)
    biases = [
        abs(saddle.escape_direction(0.05, 32) @ epoch_bias(*derivatives, 0.05, 32))
        for saddle in (quadratic(), quadratic(32, 1))
        for derivatives in [saddle.risks.derivatives(saddle.point)]
    ]
    assert biases[0] == pytest.approx(0.02, rel=0.01)
    assert biases[1] == pytest.approx(biases[0])  # the same for all samples drawn


def test_the_chain_has_white_inputs_and_its_best_predictor_along_the_first():
    risks = chain_saddle(32).risks
    np.testing.assert_allclose(risks.inputs @ risks.inputs.T / 32, np.eye(2), atol=1e-14)
    np.testing.assert_allclose(risks.inputs @ risks.targets / 32, [1, 0], atol=1e-14)
    assert np.mean(risks.targets**2) == pytest.approx(1.25)
