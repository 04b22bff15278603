"""A compiled step of a flow is that of SciPy's method."""

import numpy as np
import pytest
from scipy.integrate import DOP853

from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.kernels.flow import LEAST, MOST
from flatminima.networks import initialise
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.gradient_flow import FlowSolver, GradientField

ACCURACY = (1e-10, 1e-12)


@pytest.fixture
def network():
    # wide enough for loops in vectors
    return LinearNetwork(gaussian_dataset(50, 12, 1.0, np.random.default_rng(0)), 4, 9)


@pytest.fixture
def field(network):
    return GradientField(network)


@pytest.fixture
def initial(network):
    return initialise("gaussian", network.layer_shapes, 0.3, np.random.default_rng(1))


def both_solvers(field, initial, step):
    """Return SciPy's solver and ours at the start of one flow, with the same step to try."""
    relative, absolute = ACCURACY
    theirs = DOP853(
        lambda _, unknowns: field.velocity(unknowns),
        0.0,
        np.append(initial, 0.0),
        np.inf,
        rtol=relative,
        atol=absolute,
        first_step=step,
    )
    ours = FlowSolver(field, initial, *ACCURACY)
    ours.next_step = step
    return theirs, ours


def assert_the_same(theirs, ours):
    np.testing.assert_allclose(ours.unknowns, theirs.y, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ours.stages[0], theirs.f, rtol=1e-9, atol=1e-11)
    assert ours.length == pytest.approx(theirs.t, rel=1e-6)
    assert ours.next_step == pytest.approx(theirs.h_abs, rel=1e-3)


def test_steps_are_those_of_the_method(field, initial):
    theirs, ours = both_solvers(field, initial, 1e-3)
    for _ in range(20):
        theirs.step()
        assert ours.advance()
        assert_the_same(theirs, ours)
        # What rounding makes of an estimate near its own size is not carried on.
        ours.unknowns[:], ours.stages[0] = theirs.y, theirs.f
        ours.length, ours.next_step = float(theirs.t), float(theirs.h_abs)


def test_a_step_that_is_too_long_is_shortened(field, initial):
    theirs, ours = both_solvers(field, initial, 1e4)
    theirs.step()
    assert ours.advance()
    assert 0 < ours.length < 1
    assert_the_same(theirs, ours)


def test_after_a_short_step_a_longer_one_is_tried(field, initial):
    theirs, ours = both_solvers(field, initial, 1e-7)
    theirs.step()
    assert ours.advance()
    assert_the_same(theirs, ours)
    assert ours.next_step == MOST * ours.length == pytest.approx(1e-6)


def without_an_error(solver):
    """Let the estimate of the error be zero, where it is a number."""
    coefficients, third, fifth, *problem = solver.problem
    solver.problem = (coefficients, 0 * third, 0 * fifth, *problem)
    return solver


def test_a_step_without_an_error_is_followed_by_the_longest(field, initial):
    solver = without_an_error(FlowSolver(field, initial, *ACCURACY))
    assert solver.advance()
    assert solver.next_step == MOST * solver.length


def test_a_step_that_was_shortened_is_followed_by_none_that_is_longer(field, initial):
    solver = without_an_error(FlowSolver(field, initial, *ACCURACY))
    solver.next_step = 1e300  # where velocities are no numbers
    assert solver.advance()
    assert solver.next_step == solver.length < 1e300


@pytest.mark.parametrize("length", [0.0, 1.0])
def test_a_step_that_does_not_end_is_given_up(field, initial, length):
    solver = FlowSolver(field, initial, *ACCURACY)
    solver.stages[0] = np.nan
    solver.length = length
    before = solver.unknowns.copy()
    assert not solver.advance()
    assert solver.length == length
    np.testing.assert_array_equal(solver.unknowns, before)
    smallest = 10 * np.spacing(length)
    assert LEAST * smallest <= solver.next_step < smallest


def test_no_step_is_too_short_to_be_told_from_none(field, initial):
    solver = FlowSolver(field, initial, *ACCURACY)
    solver.length, solver.next_step = 1.0, 1e-30
    assert solver.advance()
    assert solver.length == 1 + 10 * np.spacing(1.0)


def test_where_arrays_lie_changes_no_bit(field, initial):
    """By what lies beside what a compiler may choose between two orders of a sum, if it is free."""
    ends = set()
    for layout in range(30):
        solver = FlowSolver(field, initial, *ACCURACY)
        arrays = [solver.unknowns, solver.stages, solver.sums, *solver.problem]
        laid = one_beside_another(arrays, np.random.default_rng(layout))
        solver.unknowns, solver.stages, solver.sums, *solver.problem = laid
        for _ in range(5):
            assert solver.advance()
        ends.add(solver.unknowns.tobytes())
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
