"""Gradient flow dW/dt = -grad R(W) of one deep linear network, to a stated accuracy.

Far from its end the flow from a small scale s is slow beyond measure: near the saddle at
W = 0 the gradient is of order s^(L-1), and the time to leave grows as s^(2-L).  The path
itself is harmless.  It is therefore followed in another parameter r,

    dW/dr = -q grad R,   dt/dr = q,   q = (x^T M x)^(-1/2),

where x is the direction of grad_w R at w = 0 and d w_prod / dt = -M grad_w R.  The same
points are visited in the same order, on the plateau at a speed of order one: there
grad_w R is along x, hence ||grad R||^2 = ||grad_w R||^2 x^T M x.  The time is one more
unknown of the system, of the same relative accuracy.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.integrate import DOP853

from flatminima.theory.linear_network import LinearNetwork

__all__ = [
    "FlowError",
    "FlowSolver",
    "FlowState",
    "GradientField",
    "end_of_flow",
    "gradient_flow",
]

RELATIVE_ACCURACY = 1e-12
"""Of every entry and step, by the solver's own estimate."""

ABSOLUTE_ACCURACY = 1e-14

STOPPING_TOLERANCE = 1e-9
"""The flow has ended when ||grad_w R|| is at most this share of its value at w = 0.

Well above the accuracy: at the limit of its stability an explicit method leaves an error of
some ten times its accuracy, below which no gradient can be measured.
"""

LEAST_RELATIVE_ACCURACY = 100 * np.finfo(float).eps
"""Below, the estimate of the error would be one of rounding."""

FIRST_STEP = 1e-3
"""Of r: shortened to the accuracy at once, or lengthened up to tenfold by each step."""

LARGEST_NUMBER_OF_STEPS = 20_000


class FlowError(ArithmeticError):
    """A flow that cannot be followed to a global minimiser; the message says where it stands."""


@dataclass(frozen=True)
class FlowState:
    """A point of the flow.

    Attributes:
        step: Steps of the solver so far.
        time: t.
        parameters: W(t), shape (size,).
        excess_risk: R(W(t)) - R_min.
        predictor_gradient: ||grad_w R||, zero at global minimisers alone.
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

    The kernel of `LinearNetwork` is made for many runs.

    Attributes:
        gradient: grad R at the point last evaluated, shape (size,); overwritten by the next.
        excess_risk: R - R_min there.
        predictor_gradient: ||grad_w R|| there.
        squared_gradient: ||grad R||^2 = sum over k of ||u_k||^2 ||v_k||^2 there.
        squared_speed: x^T M x = sum over k of ||u_k||^2 ||W_{k-1} ... W_1 x||^2 there.
        predictor_gradient_at_zero: ||grad_w R|| at w = 0.
    """

    def __init__(self, network: LinearNetwork) -> None:
        # Compiled, which takes time that only jobs with flows should spend.
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
        # By the kernel, not BLAS, whose sums differ between processors.
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
    """The method of `scipy.integrate.DOP853`, a compiled step at a time.

    The velocity does not depend on r: where along the path a step begins is only counted.

    Args:
        field: The gradient.
        initial: W(0), shape (size,).
        relative_accuracy: Of every entry and step.
        absolute_accuracy: Likewise.

    Attributes:
        unknowns: W and t, shape (size + 1,); changed by every step.
        length: r.
        next_step: What is added to r next, if the accuracy lets it be.
        stages: Shape (13, size + 1), the first the velocity; see `flatminima.kernels.flow`.
    """

    def __init__(
        self,
        field: GradientField,
        initial: np.ndarray,
        relative_accuracy: float,
        absolute_accuracy: float,
    ) -> None:
        # Compiled, which takes time that only jobs with flows should spend.
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
        """Take a step; return whether there is one of at least ten spacings of numbers at r."""
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

    Solved by a method of order eight: its steps grow on a plateau, and near the end its stability
    asks for about S / lambda steps only, fewer evaluations than any implicit method's Jacobians
    for condition numbers up to 100.

    Args:
        network: The network and its risk.
        initial: W(0), shape (size,).
        tolerance: The end: ||grad_w R|| at most this share of ||grad_w R|| at w = 0. By the
            inequality of Polyak and Lojasiewicz what is left of the path is of that order.
        relative_accuracy: Of an entry in a step, by the solver's estimate; at least 2.2e-14.
        absolute_accuracy: Likewise; above 0.
        largest_number_of_steps: Give up beyond.

    Yields:
        The state at the start and after every step of the solver, the last at the end.

    Raises:
        FlowError: If the flow starts at a saddle, the solver fails, or the steps do
            not suffice.
        ValueError: If no such accuracy can be reached.
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
    """Return the last state of `gradient_flow`, whose arguments and errors these are."""
    for state in gradient_flow(network, initial, **accuracy):
        last = state
    return last
