import numpy as np
import pytest
from scipy.linalg import expm

from flatminima.datasets import Dataset, prescribed_dataset
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks import initialise, random_projection
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import (
    FlowError,
    GradientField,
    end_of_flow,
    gradient_flow,
)
from flatminima.theory.layer_structure import predictor_kernel


def generator(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def dataset():
    return gaussian_dataset(50, 5, 1.0, generator())


def one_dimension(curvature, solution):
    return prescribed_dataset(np.array([curvature]), np.array([solution]), generator())


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize(("depth", "width"), [(1, 5), (2, 7), (4, 5), (3, 2)])
def test_field_is_the_kernels_gradient(dataset, depth, width, residual):
    if residual and width != dataset.features:
        pytest.skip("a residual network is as wide as its data has features")
    projection = random_projection(5, generator(1)) if residual else None
    network = LinearNetwork(dataset, depth, width, projection)
    parameters = generator(2).standard_normal(network.size)
    kernel = network.kernel(parameters[:, None].copy())
    risk = kernel.evaluate()[0]
    field = GradientField(network)
    field.evaluate(parameters)
    np.testing.assert_allclose(field.gradient, kernel.gradient[:, 0], rtol=1e-12, atol=1e-13)
    assert field.excess_risk == pytest.approx(risk - dataset.minimal_risk, rel=1e-12)
    assert field.squared_gradient == pytest.approx(np.sum(kernel.gradient**2), rel=1e-12)
    slope = (
        2
        * dataset.covariance
        @ (network.product(parameters[:, None])[:, 0] - dataset.minimum_norm_solution)
    )
    assert field.predictor_gradient == pytest.approx(np.linalg.norm(slope), rel=1e-12)
    x = dataset.covariance @ dataset.minimum_norm_solution
    speed = x @ predictor_kernel(network, parameters) @ x / (x @ x)
    assert field.squared_speed == pytest.approx(speed, rel=1e-12)


def test_one_layer_is_a_matrix_exponential(dataset):
    """dw/dt = -2 Sigma (w - w*), hence w - w* = exp(-2 t Sigma) (w_0 - w*)."""
    network = LinearNetwork(dataset, 1)
    initial = generator(3).standard_normal(5)
    solution = dataset.minimum_norm_solution
    states = list(gradient_flow(network, initial))
    assert len(states) > 10
    for state in states:
        exact = solution + expm(-2 * state.time * dataset.covariance) @ (initial - solution)
        np.testing.assert_allclose(state.parameters, exact, atol=1e-9)


@pytest.mark.parametrize("first", [0.9, 0.01, 1e-4])
@pytest.mark.parametrize("second", [0.0, 0.005, -0.3])
def test_two_layers_in_one_dimension_are_a_riccati_equation(first, second):
    """w = ab with a^2 - b^2 = delta conserved; P = (a + b)^2 obeys P' = -c (P - r+)(P - r-).

    For P = 0 (b = -a) the flow ends at the saddle; r+- = 2 w* +- sqrt(4 w*^2 + delta^2).
    """
    curvature, solution = 0.7, 1.3
    network = LinearNetwork(one_dimension(curvature, solution), 2)
    delta = first**2 - second**2
    spread = np.hypot(2 * solution, delta)
    high, low = 2 * solution + spread, -(delta**2) / (2 * solution + spread)
    start = (first + second) ** 2
    constant = (start - high) / (start - low)
    for state in gradient_flow(network, np.array([first, second])):
        ratio = constant * np.exp(-2 * curvature * spread * state.time)
        exact = (high - low * ratio) / (1 - ratio)
        # Near the saddle a - b dominates: a relative error of t moves P by that much of P'.
        assert state.parameters.sum() ** 2 == pytest.approx(exact, rel=1e-8, abs=1e-11)
        product = state.parameters[0] * state.parameters[1]
        assert product == pytest.approx((exact - delta**2 / exact) / 4, rel=1e-7, abs=1e-9)


def test_the_flow_conserves_and_descends(dataset):
    network = LinearNetwork(dataset, 4)
    initial = initialise("gaussian", network.layer_shapes, 0.2, generator(4))
    states = list(gradient_flow(network, initial))
    times = np.array([state.time for state in states])
    risks = np.array([state.excess_risk for state in states])
    assert (np.diff(times) > 0).all()
    assert (np.diff(risks) < 0).all()
    # dR/dt = -||grad R||^2, by the trapezoidal rule on the solver's own steps.
    slopes = np.array([state.squared_gradient for state in states])
    lost = np.sum(np.diff(times) * (slopes[1:] + slopes[:-1]) / 2)
    assert lost == pytest.approx(risks[0] - risks[-1], rel=0.02)
    assert end_of_flow(network, initial).time == times[-1]


@pytest.mark.parametrize("depth", [2, 10, 64])
def test_a_vanishing_initialisation_reaches_the_minimum(dataset, depth):
    network = LinearNetwork(dataset, depth)
    initial = initialise("one_layer_zero", network.layer_shapes, 0.01, generator(5))
    end = end_of_flow(network, initial)
    assert network.squared_distance(end.parameters[:, None])[0] < 1e-16
    assert end.step < 2000


def test_a_tighter_accuracy_moves_the_end_by_the_looser_one(dataset):
    network = LinearNetwork(dataset, 6)
    initial = initialise("gaussian", network.layer_shapes, 0.25, generator(6))
    usual = end_of_flow(network, initial).parameters
    exact = end_of_flow(
        network, initial, tolerance=1e-12, relative_accuracy=1e-13, absolute_accuracy=1e-15
    ).parameters
    np.testing.assert_allclose(usual, exact, atol=2e-9)


def test_one_zero_layer_has_the_risk_of_zero_and_a_gradient(dataset):
    network = LinearNetwork(dataset, 3, 4)
    gaussian = initialise("gaussian", network.layer_shapes, 0.3, generator(7))
    zero = initialise("one_layer_zero", network.layer_shapes, 0.3, generator(7))
    np.testing.assert_array_equal(gaussian[:-4], zero[:-4])
    np.testing.assert_array_equal(zero[-4:], 0)
    field = GradientField(network)
    field.evaluate(np.zeros(network.size))
    risk_of_zero = field.excess_risk
    field.evaluate(zero)
    assert field.excess_risk == risk_of_zero
    assert field.squared_gradient > 0


def test_a_flow_that_cannot_end_says_so(dataset):
    network = LinearNetwork(dataset, 3)
    with pytest.raises(FlowError, match="saddle"):
        end_of_flow(network, np.zeros(network.size))
    initial = initialise("gaussian", network.layer_shapes, 0.3, generator(7))
    with pytest.raises(FlowError, match="after 5 steps"):
        end_of_flow(network, initial, largest_number_of_steps=5)


def test_a_flow_to_the_saddle_is_no_minimum():
    """From b = -a, L = 2, d = 1 and w* > 0 the flow ends at the saddle 0."""
    network = LinearNetwork(one_dimension(1.0, 1.0), 2)
    with pytest.raises(FlowError):
        end_of_flow(network, np.array([0.5, -0.5]), largest_number_of_steps=300)


def test_noisy_targets_change_the_minimal_risk_alone(dataset):
    clean = Dataset(dataset.inputs, dataset.inputs @ dataset.minimum_norm_solution)
    ends = [
        end_of_flow(
            LinearNetwork(data, 3),
            initialise("gaussian", LinearNetwork(data, 3).layer_shapes, 0.3, generator(1)),
        ).parameters
        for data in (dataset, clean)
    ]
    np.testing.assert_allclose(*ends, atol=1e-9)


@pytest.mark.parametrize("accuracy", [{"relative_accuracy": 2e-14}, {"absolute_accuracy": 0.0}])
def test_an_accuracy_beyond_rounding_is_refused(dataset, accuracy):
    (key,) = accuracy
    with pytest.raises(ValueError, match=key.partition("_")[0]):
        end_of_flow(LinearNetwork(dataset, 2), np.ones(30) / 4, **accuracy)
