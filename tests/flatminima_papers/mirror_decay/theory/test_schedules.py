import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from flatminima.theory.diagonal_limits import limit_of_flow
from flatminima.theory.diagonal_networks import network_weights
from flatminima.theory.diagonal_potentials import split_start
from flatminima.theory.diagonal_problems import draw_problem, draw_start
from flatminima_papers.mirror_decay.theory.schedules import (
    SCHEDULES,
    flow_under,
    pieces_of,
    wave,
)


@given(st.sampled_from(SCHEDULES), st.floats(0, 5), st.floats(0.1, 10))
def test_every_schedule_has_its_dose_and_length(schedule, dose, duration):
    pieces = pieces_of(schedule, dose, duration)
    assert sum(piece.duration for piece in pieces) == pytest.approx(duration)
    assert sum(piece.total for piece in pieces) == pytest.approx(dose)
    for piece in pieces:
        assert piece.decay.dose(piece.duration) == pytest.approx(piece.total)
        assert piece.decay.rate(0.0) >= 0


def test_the_dose_of_a_wave_is_the_integral_of_its_rate():
    decay = wave(0.7, 4.0, 3)
    assert decay.dose(1.7) == pytest.approx(quad(decay.rate, 0, 1.7)[0])


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_ends_where_the_smaller_start_does(schedule):
    data = draw_problem(3, 7, np.random.default_rng(0)).data
    layers = draw_start(0.8, 3, 7, np.random.default_rng(99))
    path = flow_under(pieces_of(schedule, 0.5, 2.0), 1e-22, data.inputs, data.targets, layers)
    smaller = split_start(np.exp(-0.5) * layers)
    limit = limit_of_flow(data.inputs, data.targets, smaller).weights
    np.testing.assert_allclose(network_weights(path.layers[-1]), limit, atol=1e-9)
    assert np.all(np.diff(path.times) >= 0)
    without = limit_of_flow(data.inputs, data.targets, split_start(layers)).weights
    assert np.abs(limit - without).max() > 0.01
