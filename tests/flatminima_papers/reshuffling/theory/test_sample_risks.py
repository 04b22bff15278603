import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.sample_risks import QuadraticRisks, SquaredErrors
from flatminima_papers.reshuffling.theory.small_networks import tanh_perceptron


def quadratics(samples=5, parameters=3, seed=0):
    generator = np.random.default_rng(seed)
    roots = generator.standard_normal((samples, parameters, parameters))
    return QuadraticRisks(
        roots + roots.transpose(0, 2, 1), generator.standard_normal((samples, parameters))
    )


def squared_errors(samples=5, seed=0):
    generator = np.random.default_rng(seed)
    inputs, targets = generator.standard_normal((2, samples)), generator.standard_normal(samples)
    return SquaredErrors(tanh_perceptron, inputs, targets)


def risk(risks, sample, point):
    """Return the risk of one sample at one point, written plainly."""
    if isinstance(risks, QuadraticRisks):
        return point @ risks.hessians[sample] @ point / 2 + risks.slopes[sample] @ point
    column = risks.inputs[:, [sample]]
    return (risks.network(point[:, None], column)[0][0] - risks.targets[sample]) ** 2


RISKS = {"quadratics": (quadratics(), 3), "squared errors": (squared_errors(), 6)}


@pytest.mark.parametrize("name", RISKS)
def test_gradients_and_hessians_are_derivatives_of_each_risk(name):
    risks, parameters = RISKS[name]
    point = np.random.default_rng(1).standard_normal(parameters)
    gradients, hessians = risks.derivatives(point)
    assert risks.samples == 5
    steps = 1e-5 * np.eye(parameters)
    for sample in range(5):
        slopes = [
            (risk(risks, sample, point + step) - risk(risks, sample, point - step)) / 2e-5
            for step in steps
        ]
        np.testing.assert_allclose(gradients[sample], slopes, atol=1e-8)
        bends = [
            (risks.derivatives(point + step)[0] - risks.derivatives(point - step)[0])[sample] / 2e-5
            for step in steps
        ]
        np.testing.assert_allclose(hessians[sample], bends, atol=1e-8)


@pytest.mark.parametrize("name", RISKS)
def test_runs_have_gradients_of_the_samples_that_each_has_chosen(name):
    risks, parameters = RISKS[name]
    generator = np.random.default_rng(2)
    points = generator.standard_normal((parameters, 4))
    chosen = generator.integers(5, size=(2, 4))
    found = risks.gradients(points, chosen)
    assert found.shape == (parameters, 2, 4)
    for place, run in np.ndindex(2, 4):
        gradients, _ = risks.derivatives(points[:, run])
        np.testing.assert_allclose(found[:, place, run], gradients[chosen[place, run]], atol=1e-13)
    same = risks.gradients(points, np.array([[3], [0]]))
    for run in range(4):
        gradients, _ = risks.derivatives(points[:, run])
        np.testing.assert_allclose(same[:, :, run].T, gradients[[3, 0]], atol=1e-13)
