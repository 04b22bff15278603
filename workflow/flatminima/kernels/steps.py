"""Many steps of a block of 8 runs, and their outcome."""

from collections.abc import Callable

from flatminima.kernels.compiled import spliced
from flatminima.kernels.vector import splat, where_finite, where_same_bits

__all__ = ["repeated"]


def repeated(step: Callable) -> Callable:
    """Compile a function that takes many steps.

    Args:
        step: A compiled function of the weights (vectors), the number of earlier steps, and a tuple
            of all other arguments. It changes the weights and returns the risk before.

    Returns:
        A compiled function of the weights, as many vectors of work space, the number of weights,
        the number of steps (at least 1), and the tuple of other arguments. For each lane it returns
        the risk before the last step, the number of steps before the first whose risk is not
        finite, and 1 if the last step changed a bit of the weights, else 0.
    """

    @spliced
    def take_steps(weights, before, size, steps, problem):
        zero, one = splat(0.0), splat(1.0)
        risk, finite_steps, still_finite = zero, zero, one
        for number in range(steps):
            if number == steps - 1:
                for i in range(size):
                    before[i] = weights[i]
            risk = step(weights, number, problem)
            still_finite = where_finite(risk, still_finite, zero)
            finite_steps = finite_steps + still_finite
        moved = zero
        for i in range(size):
            moved = where_same_bits(before[i], weights[i], moved, one)
        return risk, finite_steps, moved

    return take_steps
