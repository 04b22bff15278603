"""Many steps and their outcome, against a loop in NumPy, on a problem without a network."""

import numba
import numpy as np
import pytest

from flatminima.kernels import vector
from flatminima.kernels.blocks import LANES, aligned_empty
from flatminima.kernels.compiled import spliced
from flatminima.kernels.steps import repeated
from tests.flatminima.cases import assert_same_bits

WEIGHTS = 2

# The runs of a block: one on a cycle of two, one that stays, one that arrives after a step, one
# that grows, one whose first risk is infinite, one that is infinite from the third step on, one
# that comes back to itself through the sign of zero, and one that is no number.
FACTORS = np.array([-1.0, 1.0, 0.0, 2.0, 0.5, 1e120, -1.0, 1.0])
START = np.array([1.5, 1.5, 1.5, 1.5, np.inf, 1e100, 0.0, np.nan])


@spliced
def multiply(weights, number, problem):
    """Multiply all weights but the first by a factor; return the last plus the number of steps."""
    risk = weights[WEIGHTS - 1] + float(number)
    for i in range(1, WEIGHTS):
        weights[i] = weights[i] * problem
    return risk


take_steps = repeated(multiply)


@numba.njit
def run(weights, before, steps, factors, outcome):
    told = vector.vectors(outcome)
    told[0], told[1], told[2] = take_steps(
        vector.vectors(weights), vector.vectors(before), len(weights), steps,
        vector.vectors(factors)[0],
    )  # fmt: skip


def reference(weights, steps, factors):
    """Return the risk before the last step, the finite steps, and whether the last step moved."""
    finite_steps, still_finite = np.zeros(LANES), np.ones(LANES, dtype=bool)
    for number in range(steps):
        before = weights.copy()
        risk = weights[-1] + number
        weights[1:] *= factors
        still_finite &= np.isfinite(risk)
        finite_steps += still_finite
    moved = (before.view(np.int64) != weights.view(np.int64)).any(axis=0)
    return np.array([risk, finite_steps, moved])


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7])
def test_the_outcome_is_that_of_a_loop(steps):
    weights, expected = aligned_empty((WEIGHTS, LANES)), np.ones((WEIGHTS, LANES))
    expected[-1] = START
    weights[:] = expected
    factors, outcome = aligned_empty((LANES,)), aligned_empty((3, LANES))
    factors[:] = FACTORS
    with np.errstate(all="ignore"):
        run(weights, aligned_empty(weights.shape), steps, factors, outcome)
        of_the_loop = reference(expected, steps, FACTORS)
    np.testing.assert_array_equal(outcome, of_the_loop)
    assert_same_bits(weights[:, :-1], expected[:, :-1])
    assert outcome[2, 0] == 1  # a cycle of two moves at every step
