"""Steps of gradient flow by the Runge-Kutta method of order eight of Dormand and Prince.

This is the method of `scipy.integrate.DOP853`, with its coefficients, estimate of the error and
choice of the next step.  All stages of a step are one compiled call.  The velocity does not depend
on the position along the path, so that a step need not be a difference of two positions.

Every operation is rounded separately, in the order in which it is written, as in
`flatminima.kernels.field`.
"""

import numpy as np

from flatminima.kernels.compiled import compiled, kernel
from flatminima.kernels.field import move

__all__ = ["STAGES", "take_step"]

STAGES = 12
"""Velocities that a step computes: at its stages from the second on, and at its end."""

SAFETY, LEAST, MOST = 0.9, 0.2, 10.0
"""The factor that adapts a step to the accuracy: a tenth less than needed, and its limits."""


@kernel
def take_step(
    unknowns: np.ndarray,
    stages: np.ndarray,
    sums: np.ndarray,
    step: float,
    smallest: float,
    relative_accuracy: float,
    absolute_accuracy: float,
    A: np.ndarray,
    E3: np.ndarray,
    E5: np.ndarray,
    *problem: np.ndarray,
) -> tuple[float, float]:
    """Take one step, as long as the accuracy allows.

    Args:
        unknowns: y, shape (n,); changed.
        stages: The velocities of all stages, shape (13, n); the first is that at the unknowns.
            Overwritten; the first becomes that at the new unknowns.
        sums: Work space, shape (3, n).
        step: h, the step to try first.
        smallest: Give up below this step.
        relative_accuracy: The relative accuracy of an entry, by the estimate of the error.
        absolute_accuracy: The absolute accuracy of an entry.
        A: The coefficients of the stages and, in the last row, of the step, shape (13, 12).
        E3: The coefficients of an estimate of its error, shape (13,).
        E5: The coefficients of another estimate.
        problem: The arguments of `field.move` from the third on.

    Returns:
        The step that was taken, 0 if it was given up, and the step to try next.
    """
    moved, third, fifth = sums[0], sums[1], sums[2]
    rejected = False
    while step >= smallest:
        for stage in range(1, STAGES + 1):
            add_stages(unknowns, step, A[stage, :stage], stages, moved)
            move(moved, stages[stage], *problem)
        combine(E3, stages, third)
        combine(E5, stages, fifth)
        error = step * estimate_error(
            unknowns, moved, third, fifth, relative_accuracy, absolute_accuracy
        )
        # The error is proportional to the 8th power of the step.
        factor = SAFETY / np.sqrt(np.sqrt(np.sqrt(error)))
        if error < 1:
            for i in range(len(unknowns)):
                unknowns[i], stages[0, i] = moved[i], stages[STAGES, i]
            return step, step * min(1.0 if rejected else MOST, factor)
        # An error that is NaN also leads to the smallest factor.
        step *= factor if factor > LEAST else LEAST
        rejected = True
    return 0.0, step


@compiled
def combine(coefficients: np.ndarray, stages: np.ndarray, total: np.ndarray) -> None:
    """Write the sum over stages j of c_j k_j."""
    for i in range(len(total)):
        total[i] = 0.0
    for j in range(len(coefficients)):
        for i in range(len(total)):
            total[i] += coefficients[j] * stages[j, i]


@compiled
def add_stages(
    unknowns: np.ndarray,
    step: float,
    coefficients: np.ndarray,
    stages: np.ndarray,
    moved: np.ndarray,
) -> None:
    """Write y + h times the sum over stages j of c_j k_j."""
    combine(coefficients, stages, moved)
    for i in range(len(moved)):
        moved[i] = unknowns[i] + step * moved[i]


@compiled
def estimate_error(
    unknowns: np.ndarray,
    moved: np.ndarray,
    third: np.ndarray,
    fifth: np.ndarray,
    relative_accuracy: float,
    absolute_accuracy: float,
) -> float:
    """Return the error of a step of length 1, in units of the accuracy.

    |e5|^2 / sqrt(n (|e5|^2 + |e3|^2 / 100)), where e3 and e5 are entry by entry in units of
    atol + rtol max(|y|, |y moved|).
    """
    squared_third, squared_fifth = 0.0, 0.0
    for i in range(len(unknowns)):
        size = max(abs(unknowns[i]), abs(moved[i]))
        unit = absolute_accuracy + relative_accuracy * size
        squared_third += (third[i] / unit) ** 2
        squared_fifth += (fifth[i] / unit) ** 2
    if squared_fifth == 0:
        return 0.0
    both = squared_fifth + 0.01 * squared_third
    return squared_fifth / np.sqrt(both * len(unknowns))
