import numpy as np
import pytest

from flatminima_papers.expressivity.theory import training
from flatminima_papers.expressivity.theory.training import trained_errors


def plane(points):
    return points @ np.array([1.0, -2.0])


def test_gradients_are_those_of_differences():
    generator = np.random.default_rng(0)
    shapes = [(3, 2), (1, 3), (3, 1), (1, 1)]
    size = sum(rows * columns for rows, columns in shapes)
    parameters = generator.standard_normal((2, size))
    points, targets = generator.standard_normal((2, 2, 5)), generator.standard_normal((2, 1, 5))
    layers = training._views(parameters, shapes)
    gradient = np.zeros_like(parameters)
    training._write_gradients(layers, training._views(gradient, shapes), points, targets)

    def risk(run):
        values, _ = training._forward(layers, points)
        return np.mean((values[run] - targets[run]) ** 2)

    for run in range(2):
        for k in range(size):
            kept = parameters[run, k]
            ends = []
            for sign in (1, -1):
                parameters[run, k] = kept + sign * 1e-6
                ends.append(risk(run))
            parameters[run, k] = kept
            assert gradient[run, k] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-6)


def errors(rates, seeds, steps=300):
    test = np.random.default_rng(9).uniform(-1, 1, (200, 2))
    generators = [np.random.default_rng(seed) for seed in seeds]
    return trained_errors(
        plane, (2, 8, 1), 1.0, test, generators, steps=steps, learning_rates=rates
    )


def test_training_learns_a_plane():
    found = errors((0.01,), (0, 1, 2))
    assert found.shape == (1, 3)
    assert np.median(found) < 0.2
    assert np.median(errors((0.01,), (0, 1, 2), steps=1)) > 0.8


def test_a_run_depends_on_its_generator_and_rate_alone():
    whole = errors((0.003, 0.01), (0, 1))
    np.testing.assert_allclose(whole[1, 0], errors((0.01,), (0,))[0, 0], rtol=1e-6)
    np.testing.assert_allclose(whole[0, 1], errors((0.003,), (1,))[0, 0], rtol=1e-6)
