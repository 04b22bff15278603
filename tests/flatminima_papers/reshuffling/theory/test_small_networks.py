import numpy as np
import pytest

from flatminima_papers.reshuffling.theory.small_networks import (
    curvatures,
    diagonal_linear,
    jacobian,
    linear_chain,
    tanh_perceptron,
)

NETWORKS = {
    "diagonal": (diagonal_linear, 6, 3),
    "chain": (linear_chain, 5, 2),
    "chain of two layers": (linear_chain, 4, 3),
    "perceptron": (tanh_perceptron, 9, 2),
    "perceptron of one input": (tanh_perceptron, 6, 1),
}


@pytest.fixture(params=NETWORKS)
def case(request):
    network, parameters, features = NETWORKS[request.param]
    generator = np.random.default_rng(3)
    return network, generator.standard_normal(parameters), generator.standard_normal((features, 4))


def obvious(network, point, x):
    """Return the output at one input, written plainly."""
    features = len(x)
    if network is diagonal_linear:
        return sum(point[j] * point[features + j] * x[j] for j in range(features))
    if network is linear_chain:
        return np.prod(point[features:]) * np.dot(point[:features], x)
    width = len(point) // (1 + features)
    inner = point[width:].reshape(width, features)
    return sum(point[j] * np.tanh(np.dot(inner[j], x)) for j in range(width))


def test_outputs_are_those_written_plainly_at_every_point(case):
    network, point, inputs = case
    points = np.stack([point, 2 * point, -point, point**2], axis=1)
    outputs, gradients = network(points, inputs)
    for place, column in enumerate(points.T):
        x = inputs[:, place]
        assert outputs[place] == pytest.approx(obvious(network, column, x), rel=1e-13)
        alone = network(column[:, None], x[:, None])[1]
        np.testing.assert_allclose(gradients[:, place], alone[:, 0], rtol=1e-13)


def test_gradients_and_curvatures_are_derivatives(case):
    network, point, inputs = case
    bent = curvatures(network, point, inputs)
    steps = 1e-6 * np.eye(len(point))
    for place, x in enumerate(inputs.T):
        slopes = [
            (obvious(network, point + step, x) - obvious(network, point - step, x)) / 2e-6
            for step in steps
        ]
        np.testing.assert_allclose(jacobian(network, point, inputs)[:, place], slopes, atol=1e-8)
    changes = [
        (jacobian(network, point + step, inputs) - jacobian(network, point - step, inputs)) / 2e-6
        for step in steps
    ]
    np.testing.assert_allclose(bent, np.transpose(changes, (2, 1, 0)), atol=1e-8)
    np.testing.assert_allclose(bent, bent.transpose(0, 2, 1), atol=1e-14)
