import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks import split_layers
from flatminima.networks.linear.network import LinearNetwork
from flatminima.optimisers import GradientDescent
from flatminima.runs.training import train
from flatminima.sharpness import compute_sharpness
from flatminima.theory.closed_forms import flattest_minimiser
from flatminima.theory.dense_networks import forward, gelu, identity, rectifier
from flatminima_papers.feature_strength.theory.direct import scaled_descent_step
from flatminima_papers.feature_strength.theory.linear_runs import linear_run
from flatminima_papers.feature_strength.theory.output_scale import (
    minimal_sharpness_at,
    output_hessian,
    scaled_problem,
    start_curvature,
)

DATA = gaussian_dataset(12, 3, 0.3, np.random.default_rng(0))
WIDTH = 4
STRENGTHS = st.floats(-3, 3).map(lambda power: 10**power)


def start_of(depth, seed=0, scale=0.5):
    size = LinearNetwork(DATA, depth, WIDTH).size
    return scale * np.random.default_rng(seed).standard_normal(size)


def layers_of(start, depth):
    shapes = LinearNetwork(DATA, depth, WIDTH).layer_shapes
    return [layer[None, :, :, 0] for layer in split_layers(start[:, None], shapes)]


def slow_risk(layers, strength, activation, start_outputs=0.0):
    risk = 0.0
    for x, y in zip(DATA.inputs, DATA.targets, strict=True):
        risk += ((_output(layers, x, activation) - start_outputs) / strength - y) ** 2
    return risk / len(DATA.targets)


def _output(layers, x, activation):
    h = x
    for layer in layers[:-1]:
        h = activation(layer[0] @ h)[0]
    return (layers[-1][0] @ h)[0]


@pytest.mark.parametrize("activation", [identity, rectifier, gelu])
def test_a_step_goes_down_the_gradient_of_the_scaled_risk(activation):
    layers, strength, small = layers_of(start_of(3), 3), 0.3, 1e-6
    moved = scaled_descent_step(layers, DATA.inputs, DATA.targets, 1.0, strength, activation)
    for k, (before, after) in enumerate(zip(layers, moved, strict=True)):
        for place in np.ndindex(before.shape):
            risks = []
            for sign in (1, -1):
                near = [layer.copy() for layer in layers]
                near[k][place] += sign * small
                risks.append(slow_risk(near, strength, activation))
            slope = (risks[0] - risks[1]) / (2 * small)
            assert before[place] - after[place] == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("centred", [False, True])
@settings(max_examples=25)
@given(strength=STRENGTHS, depth=st.integers(2, 4))
def test_compiled_steps_of_the_scaled_problem_are_steps_of_f(strength, depth, centred):
    start = start_of(depth)
    run = linear_run(DATA, depth, WIDTH, start, strength, centred=centred)
    rate = 0.3 / max(run.minimal_sharpness, run.start_curvature)
    layers = layers_of(start, depth)
    first = forward(layers, DATA.inputs, identity).outputs if centred else None
    for _ in range(5):
        layers = scaled_descent_step(
            layers, DATA.inputs, DATA.targets, rate, strength, identity, first
        )
    direct = np.concatenate([layer.ravel() for layer in layers])
    np.testing.assert_allclose(run.end(rate, 5), direct, rtol=1e-7, atol=1e-10)


@given(strength=STRENGTHS)
def test_the_share_of_the_risk_is_that_of_f(strength):
    start = start_of(2)
    run = linear_run(DATA, 2, WIDTH, start, strength, centred=False)
    share = run.shares(np.array([0.0]), 1)[0]
    excess = slow_risk(layers_of(start, 2), strength, identity) - DATA.minimal_risk
    assert share == pytest.approx(excess / np.mean(DATA.targets**2), rel=1e-6)


def test_a_centred_network_starts_at_zero():
    run = linear_run(DATA, 3, WIDTH, start_of(3), 0.01, centred=True)
    zero = np.mean((DATA.inputs @ DATA.minimum_norm_solution) ** 2) / np.mean(DATA.targets**2)
    assert run.shares(np.array([0.0]), 1)[0] == pytest.approx(zero)


@settings(max_examples=25)
@given(strength=STRENGTHS, depth=st.integers(2, 5))
def test_the_minimal_sharpness_is_a_power_of_gamma_and_is_met(strength, depth):
    problem = scaled_problem(DATA, strength)
    smallest = minimal_sharpness_at(problem, depth, strength)
    at_one = minimal_sharpness_at(DATA, depth, 1.0)
    assert smallest == pytest.approx(strength ** (-2 / depth) * at_one, rel=1e-12)
    network = LinearNetwork(problem, depth, WIDTH)
    point = flattest_minimiser(
        problem.covariance, problem.minimum_norm_solution, network.layer_shapes
    )
    found = compute_sharpness(network, point).value / strength**2
    assert found == pytest.approx(smallest, rel=1e-7)


@given(strength=STRENGTHS, depth=st.integers(2, 4))
def test_the_curvature_of_the_start_is_that_of_a_jacobian_by_differences(strength, depth):
    start, small = start_of(depth), 1e-6
    network = LinearNetwork(DATA, depth, WIDTH)
    jacobian = np.empty((DATA.samples, network.size))
    for weight in range(network.size):
        both = []
        for sign in (1, -1):
            moved = start.copy()
            moved[weight] += sign * small
            both.append(network.predict(moved[:, None], DATA.inputs)[:, 0])
        jacobian[:, weight] = (both[0] - both[1]) / (2 * small)
    run = linear_run(DATA, depth, WIDTH, start, strength, centred=False)
    assert run.start_curvature == pytest.approx(start_curvature(jacobian, strength), rel=1e-6)


def test_the_hessian_of_the_output_is_what_targets_take_off():
    start = start_of(3)
    made = output_hessian(LinearNetwork(DATA, 3, WIDTH), start)
    np.testing.assert_allclose(made, made.T, atol=1e-12)
    large = LinearNetwork(scaled_problem(DATA, 1e6), 3, WIDTH)
    sharpness = compute_sharpness(large, start).value / 1e6
    assert sharpness == pytest.approx(np.linalg.eigvalsh(-made)[-1], rel=1e-5)


def test_watched_shares_end_at_the_share():
    run = linear_run(DATA, 2, WIDTH, start_of(2), 2.0, centred=True)
    rates = np.array([0.05, 0.1]) / run.minimal_sharpness
    watched = run.shares(rates, 8, watched=range(9))
    assert watched.shape == (9, 2)
    np.testing.assert_allclose(watched[-1], run.shares(rates, 8))


def test_a_rate_far_too_large_diverges():
    run = linear_run(DATA, 2, WIDTH, start_of(2), 1.0, centred=False)
    assert np.isinf(run.shares(np.array([100.0]), 200)[0])
    network = run.network
    batch = network.allocate(1)
    batch[:, 0] = run.start
    assert train(network, batch, GradientDescent(np.array([100.0])), 200).diverged_at[0] >= 0
