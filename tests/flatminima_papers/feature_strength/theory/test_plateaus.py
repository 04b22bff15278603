import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.theory.dense_networks import gaussian_layers, identity
from flatminima_papers.feature_strength.theory.direct import scaled_descent_step
from flatminima_papers.feature_strength.theory.plateaus import (
    blow_up_time,
    closing_strength,
    steps_a_decade,
)


def drawn(depth, seed=0, scale=0.5):
    layers = gaussian_layers((2, *[3] * (depth - 1), 1), scale, [np.random.default_rng(seed)])
    return [layer[0] for layer in layers]


@pytest.mark.parametrize(("depth", "start"), [(3, 0.5), (4, 0.7), (5, 1.5)])
def test_a_balanced_chain_blows_up_at_its_closed_form(depth, start):
    # c' = 2 s c^(L-1) from c: 1 / (2 s (L-2) c^(L-2))
    chain = [np.full((1, 1), start)] * depth
    expected = 1 / (2 * 0.8 * (depth - 2) * start ** (depth - 2))
    assert blow_up_time(chain, np.array([0.8])) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=4)
@given(factor=st.floats(0.5, 2), seed=st.integers(0, 9))
def test_time_scales_with_the_target_and_the_start(factor, seed):
    layers, slope = drawn(3, seed, 0.8), np.array([1.0, 0.5])
    time = blow_up_time(layers, slope)
    assert blow_up_time(layers, factor * slope) == pytest.approx(time / factor, rel=1e-5)
    scaled = [factor * layer for layer in layers]
    assert blow_up_time(scaled, slope) == pytest.approx(time / factor, rel=1e-5)


def test_descent_at_large_strength_takes_that_time():
    layers = drawn(4)
    inputs = np.sqrt(2) * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    targets = inputs @ np.array([1.0, 0.5])
    time = blow_up_time(layers, inputs.T @ targets / 4)
    strength = 1e6
    rate, run = time * strength / 4000, [layer[None] for layer in layers]
    step = 0
    while step < 5000:
        outputs = run[0]
        for layer in run[1:]:
            outputs = layer @ outputs
        predictor = outputs[0, 0] / strength
        if np.mean((inputs @ predictor - targets) ** 2) < np.mean(targets**2) / 2:
            break
        run = scaled_descent_step(run, inputs, targets, rate, strength, identity)
        step += 1
    assert step == pytest.approx(4000, rel=0.02)


def test_where_the_edges_meet_no_rate_is_left():
    closing = closing_strength(100, 6.5, 0.5, 3)
    assert 2 / 6.5 * closing ** (2 / 3) == pytest.approx(0.5 * closing / 100)


def test_two_layers_grow_by_the_same_factor_a_step():
    a, rate, slope, steps = 1e-6, 0.05, 0.8, 0
    growth = 1 + 2 * slope * rate
    while a**2 < 1e-11:
        a, steps = a * growth, steps + 1
    # from a^2 = 1e-12 by a decade
    assert steps == pytest.approx(steps_a_decade(rate, slope), abs=1)
