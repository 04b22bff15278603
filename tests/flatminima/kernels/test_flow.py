"""A compiled step of a flow is that of SciPy's method."""

import numpy as np
import pytest
from scipy.integrate import DOP853

from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.runs.initialisations import initialise
from flatminima.theory.gradient_flow import FlowPath, GradientField
from flatminima.theory.linear_network import LinearNetwork

ACCURACY = (1e-10, 1e-12)


@pytest.fixture
def network():
    dataset = gaussian_dataset(50, 5, 1.0, np.random.default_rng(0))
    return LinearNetwork(dataset, 4, 3)


@pytest.fixture
def field(network):
    return GradientField(network)


@pytest.fixture
def initial(network):
    return initialise("gaussian", network.layer_shapes, 0.3, np.random.default_rng(1))


def followed(field, initial):
    """Return SciPy's solver and ours at the start of one flow."""
    relative, absolute = ACCURACY
    solver = DOP853(
        lambda _, unknowns: field.velocity(unknowns),
        0.0,
        np.append(initial, 0.0),
        np.inf,
        rtol=relative,
        atol=absolute,
    )
    return solver, FlowPath(field, initial, *ACCURACY)


def test_steps_are_those_of_the_method(field, initial):
    solver, path = followed(field, initial)
    for _ in range(20):
        solver.step()
        assert path.advance()
        np.testing.assert_allclose(path.unknowns, solver.y, rtol=1e-9, atol=1e-11)
        assert path.length == pytest.approx(solver.t, rel=1e-6)
        assert path.next_step == pytest.approx(solver.h_abs, rel=1e-3)
        # What rounding makes of an estimate near its own size is not carried on.
        path.unknowns[:], path.stages[0] = solver.y, solver.f
        path.length, path.next_step = float(solver.t), float(solver.h_abs)


def test_a_step_that_is_too_long_is_shortened(field, initial):
    solver, path = followed(field, initial)
    solver.h_abs = path.next_step = 1e4
    solver.step()
    assert path.advance()
    assert 0 < path.length < 1
    assert path.length == pytest.approx(solver.t, rel=1e-6)
    assert path.next_step == pytest.approx(solver.h_abs, rel=1e-3)
    np.testing.assert_allclose(path.unknowns, solver.y, rtol=1e-9, atol=1e-11)


def test_a_step_that_does_not_end_is_given_up(field, initial):
    _, path = followed(field, initial)
    path.stages[0] = np.nan
    before = path.unknowns.copy()
    assert not path.advance()
    assert path.length == 0
    np.testing.assert_array_equal(path.unknowns, before)


def test_where_arrays_lie_changes_no_bit(field, initial):
    """By what lies beside what a compiler may choose between two orders of a sum, if it is free."""
    ends = set()
    for layout in range(30):
        path = FlowPath(field, initial, *ACCURACY)
        generator = np.random.default_rng(layout)
        arrays = [path.unknowns, path.stages, path.sums, *path.problem]
        path.unknowns, path.stages, path.sums, *path.problem = one_beside_another(arrays, generator)
        for _ in range(5):
            assert path.advance()
        ends.add(path.unknowns.tobytes())
    assert len(ends) == 1


def one_beside_another(arrays, generator):
    """Return copies in one piece of memory, in any order, with few bytes or none between them."""
    room = np.empty(sum(array.nbytes + 64 for array in arrays), np.uint8)
    copies, start = [None] * len(arrays), 0
    for i in generator.permutation(len(arrays)):
        start += 8 * generator.integers(8)
        copies[i] = room[start : start + arrays[i].nbytes].view(arrays[i].dtype)
        copies[i] = copies[i].reshape(arrays[i].shape)
        copies[i][...] = arrays[i]
        start += arrays[i].nbytes
    return copies
