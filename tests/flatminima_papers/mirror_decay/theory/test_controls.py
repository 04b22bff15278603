import numpy as np
import pytest

from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.mirror_decay.theory.controls import (
    Diagonal,
    FullyConnected,
    Sensing,
    follow,
)
from flatminima_papers.mirror_decay.theory.schedules import pieces_of


def models():
    data = draw_problem(4, 6, np.random.default_rng(0)).data
    shapes = [(3, 6), (2, 3), (1, 2)]
    yield FullyConnected(data.inputs, data.targets, shapes), 18 + 6 + 2
    generator = np.random.default_rng(1)
    drawn = generator.standard_normal((5, 3, 3))
    yield Sensing(drawn + drawn.transpose(0, 2, 1), generator.standard_normal(5)), 9
    yield Diagonal(data.inputs, data.targets, 3), 18


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_gradient_is_that_of_the_risk(place):
    model, size = list(models())[place]
    point, step = np.random.default_rng(2).standard_normal(size), 1e-6
    slopes = [
        (model.risk(point + step * e) - model.risk(point - step * e)) / (2 * step)
        for e in np.eye(size)
    ]
    np.testing.assert_allclose(model.gradient(point), slopes, rtol=1e-6, atol=1e-7)


def test_where_the_risk_is_flat_parameters_decay_by_the_dose():
    start = np.array([1.0, -2.0])
    times, path = follow(np.zeros_like, start, pieces_of("late", 0.7, 4.0), 1.0)
    np.testing.assert_allclose(path[-1], np.exp(-0.7) * start, rtol=1e-9)
    assert times[0] == 0
    assert times[-1] == 5


def test_schedules_of_one_dose_end_apart():
    model, size = next(models())
    start = 0.5 * np.random.default_rng(3).standard_normal(size)
    ends = [
        model.weights(follow(model.gradient, start, pieces_of(name, 0.7, 4.0), 40.0)[1][-1])
        for name in ("early", "late")
    ]
    np.testing.assert_allclose(model.inputs @ ends[0], model.targets, atol=1e-5)
    assert np.linalg.norm(ends[0] - ends[1]) > 1e-3
