"""Gradient flow dW/dt = -grad R(W) of one deep linear network, to a stated accuracy.

Far from its end the flow from a small scale s is extremely slow.  Near the saddle at W = 0
the gradient is of order s^(L-1), and the time to leave it grows like s^(2-L).  The path
itself is harmless.  It is therefore followed with another parameter r,

    dW/dr = -q grad R,   dt/dr = q,   q = (x^T M x)^(-1/2),

where x is the direction of grad_w R at w = 0 and d w_prod / dt = -M grad_w R.  The flow
visits the same points in the same order.  On the plateau its speed is of order one, because
grad_w R is along x there, hence ||grad R||^2 = ||grad_w R||^2 x^T M x.  The time is another
unknown of the system, with the same relative accuracy.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.integrate import DOP853

from flatminima.networks.linear.network import LinearNetwork

__all__ = [
    "FlowError",
    "FlowSolver",
    "FlowState",
    "GradientField",
    "end_of_flow",
    "gradient_flow",
]

RELATIVE_ACCURACY = 1e-12
"""The accuracy of every entry in every step, by the solver's estimate."""

ABSOLUTE_ACCURACY = 1e-14

STOPPING_TOLERANCE = 1e-9
"""The flow has ended when ||grad_w R|| is at most this share of its value at w = 0.

It is well above the accuracy.  At the limit of its stability an explicit method has an error of
about ten times its accuracy, below which no gradient can be measured.
"""

LEAST_RELATIVE_ACCURACY = 100 * np.finfo(float).eps
"""With a higher accuracy the estimate of the error would measure rounding."""

FIRST_STEP = 1e-3
"""The first step in r; steps are adapted to the accuracy, and lengthened at most tenfold."""

LARGEST_NUMBER_OF_STEPS = 20_000


class FlowError(ArithmeticError):
    """A flow that cannot be followed to a global minimiser; the message says where it is."""


@dataclass(frozen=True)
class FlowState:
    """A point of the flow.

    Attributes:
        step: Steps of the solver so far.
        time: t.
        parameters: W(t), shape (size,).
        excess_risk: R(W(t)) - R_min.
        predictor_gradient: ||grad_w R||, which is zero only at global minimisers.
        squared_gradient: sum over k of ||grad_{W_k} R||^2 = -dR/dt.
    """

    step: int
    time: float
    parameters: np.ndarray
    excess_risk: float
    predictor_gradient: float
    squared_gradient: float


class GradientField:
    """grad R of one run, u_k v_k^T for layer k, compiled and without allocation.

    (The kernel of `LinearNetwork` is made for many runs.)

    Attributes:
        gradient: grad R at the last evaluated point, shape (size,); overwritten by the next call.
        excess_risk: R - R_min there.
        predictor_gradient: ||grad_w R|| there.
        squared_gradient: ||grad R||^2 = sum over k of ||u_k||^2 ||v_k||^2 there.
        squared_speed: x^T M x = sum over k of ||u_k||^2 ||W_{k-1} ... W_1 x||^2 there.
        predictor_gradient_at_zero: ||grad_w R|| at w = 0.
    """

    def __init__(self, network: LinearNetwork) -> None:
        # Compiling takes time that only jobs with flows should spend.
        from flatminima.kernels.field import evaluate, move

        self.compiled_evaluate = evaluate
        self.compiled_move = move
        self.gradient = np.empty(network.size)
        features = network.dataset.features
        widths = np.array([features, *(rows for rows, _ in network.layer_shapes)])
        u, v, x = np.zeros((3, widths.sum()))
        root = network.covariance_root
        solution = np.array(network.dataset.minimum_norm_solution)
        u[-len(network.projection) :] = network.projection
        self.problem = (widths, root, solution, u, v, x)
        # With the kernel and not with BLAS, whose sums differ between processors.
        self.evaluate(np.zeros(network.size))
        self.predictor_gradient_at_zero = self.predictor_gradient
        x[:features] = -v[:features] / self.predictor_gradient_at_zero

    def evaluate(self, parameters: np.ndarray) -> None:
        """Compute gradient and risk at parameters of shape (size,)."""
        parameters = np.ascontiguousarray(parameters)
        self.excess_risk, squared_slope, self.squared_gradient, self.squared_speed = (
            self.compiled_evaluate(parameters, self.gradient, *self.problem)
        )
        self.predictor_gradient = math.sqrt(squared_slope)

    def velocity(self, unknowns: np.ndarray) -> np.ndarray:
        """Return -q grad R and q at parameters with a time, shape (size + 1,)."""
        velocity = np.empty(len(unknowns))
        self.compiled_move(unknowns, velocity, *self.problem)
        return velocity


class FlowSolver:
    """The method of `scipy.integrate.DOP853`, one compiled step at a time.

    The velocity does not depend on r, which is only counted.

    Args:
        field: The gradient.
        initial: W(0), shape (size,).
        relative_accuracy: The relative accuracy of every entry in every step.
        absolute_accuracy: The absolute accuracy of every entry in every step.

    Attributes:
        unknowns: W and t, shape (size + 1,); changed by every step.
        length: r.
        next_step: The step in r to try next.
        stages: Shape (13, size + 1); the first is the velocity. See `flatminima.kernels.flow`.
    """

    def __init__(
        self,
        field: GradientField,
        initial: np.ndarray,
        relative_accuracy: float,
        absolute_accuracy: float,
    ) -> None:
        # Compiling takes time that only jobs with flows should spend.
        from flatminima.kernels.flow import STAGES, take_step

        self.compiled_step = take_step
        self.accuracy = relative_accuracy, absolute_accuracy
        self.unknowns = np.append(initial, 0.0)
        self.length, self.next_step = 0.0, FIRST_STEP
        self.stages = np.empty((STAGES + 1, len(self.unknowns)))
        self.stages[0] = field.velocity(self.unknowns)
        self.sums = np.empty((3, len(self.unknowns)))
        stages_and_step = np.vstack([DOP853.A, DOP853.B])
        self.problem = (stages_and_step, DOP853.E3, DOP853.E5, *field.problem)

    def advance(self) -> bool:
        """Take a step; return whether one of at least ten spacings of numbers at r is possible."""
        smallest = 10 * np.spacing(self.length)
        taken, self.next_step = self.compiled_step(
            self.unknowns,
            self.stages,
            self.sums,
            max(self.next_step, smallest),
            smallest,
            *self.accuracy,
            *self.problem,
        )
        self.length += taken
        return taken > 0


def gradient_flow(
    network: LinearNetwork,
    initial: np.ndarray,
    *,
    tolerance: float = STOPPING_TOLERANCE,
    relative_accuracy: float = RELATIVE_ACCURACY,
    absolute_accuracy: float = ABSOLUTE_ACCURACY,
    largest_number_of_steps: int = LARGEST_NUMBER_OF_STEPS,
) -> Iterator[FlowState]:
    """Follow the gradient flow to a global minimiser.

    The solver is a method of order eight.  Its steps grow on a plateau.  Near the end its stability
    needs about S / lambda steps.  For condition numbers up to 100 these are fewer evaluations than
    an implicit method needs for its Jacobians.

    Args:
        network: The network and its risk.
        initial: W(0), shape (size,).
        tolerance: The flow has ended when ||grad_w R|| is at most this share of its value at
            w = 0. By the inequality of Polyak and Lojasiewicz the rest of the path has this order.
        relative_accuracy: The relative accuracy of an entry in a step, by the solver's estimate;
            at least 2.2e-14.
        absolute_accuracy: The absolute accuracy in the same sense; above 0.
        largest_number_of_steps: Give up after this number.

    Yields:
        The state at the start and after every step of the solver; the last one is the end.

    Raises:
        FlowError: If the flow starts at a saddle, the solver fails, or the number of steps is too
            small.
        ValueError: If the accuracy cannot be reached.
    """
    if not (relative_accuracy >= LEAST_RELATIVE_ACCURACY and absolute_accuracy > 0):
        raise ValueError(
            f"the accuracy of a flow is {relative_accuracy:g} (relative) and "
            f"{absolute_accuracy:g} (absolute); allowed: at least {LEAST_RELATIVE_ACCURACY:.2g}, "
            "and above 0"
        )
    field = GradientField(network)
    target = tolerance * field.predictor_gradient_at_zero

    field.evaluate(initial)
    if not field.squared_gradient > 0 and field.predictor_gradient > target:
        raise FlowError(f"the flow starts at a saddle, of excess risk {field.excess_risk:g}")
    solver = FlowSolver(field, initial, relative_accuracy, absolute_accuracy)
    for step in range(largest_number_of_steps + 1):
        field.evaluate(solver.unknowns[:-1])
        yield FlowState(
            step,
            float(solver.unknowns[-1]),
            solver.unknowns[:-1].copy(),
            field.excess_risk,
            field.predictor_gradient,
            field.squared_gradient,
        )
        if field.predictor_gradient <= target:
            return
        if not solver.advance():
            raise FlowError(
                f"the solver failed at ||grad_w R|| = {field.predictor_gradient:g}: no step that "
                "can be told from none is short enough"
            )
    raise FlowError(
        f"||grad_w R|| = {field.predictor_gradient:g} after {largest_number_of_steps} steps; "
        f"the flow ends at {target:g}"
    )


def end_of_flow(network: LinearNetwork, initial: np.ndarray, **accuracy: float) -> FlowState:
    """Return the last state of `gradient_flow`, with the same arguments and errors."""
    for state in gradient_flow(network, initial, **accuracy):
        last = state
    return last
