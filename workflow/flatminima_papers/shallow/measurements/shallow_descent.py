"""Two layers on one feature: descent compared with its recursions and with the flow.

"Paper" is Beneventano and Woodworth 2025, arXiv:2501.09137.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    INIT_SCALE,
    LEARNING_RATE,
    OUTCOME,
    REPETITION,
    WIDTH,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveIntegers, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks import split_layers
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.shallow.theory.shallow import (
    Coordinates,
    advance,
    coordinates,
    limit_sharpness,
    shallow_dataset,
)

__all__ = ["ShallowDescent"]

SOLUTION = 1.0
"""Phi; other values are a change of units."""

CONVERGED = 1e-12
"""The largest |epsilon| at the end of a converged run."""

ARRIVED = 1e-6
"""The |epsilon| at the step that counts as the time to converge."""

RATE_WINDOW = (1e-9, 1e-5)
"""The range of |epsilon| for the linear rate: above rounding, and small enough to be linear."""


@dataclass(frozen=True)
class ShallowDescent(Measurement):
    """Trains networks (a^T b) x of risk (a^T b - 1)^2 / 2 and watches every step.

    The weights of the start are N(0, init_scale^2 / width), so that the norms of the layers
    do not depend on the width. `relative_rate` is in units of 2/S of the flow's limit.
    `error_defect`, `norm_defect`, `imbalance_defect` and `feature_defect` are the largest
    differences of any step to the recursions of `theory.shallow`, relative to the
    squared norms before and after it. `flattening` is log(Q_0 / Q_end), `path_flattening` is
    -sum log|1 - eta^2 epsilon^2|, and `small_flattening` is eta^2 sum epsilon^2. `first_move` and
    `largest_move` are values of eta |epsilon|; above sqrt(2) Q grows. `rate` is the mean factor by
    which |epsilon| decreases in a late step. Missing values are NaN, for example the final
    quantities of a run that did not converge.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        WIDTH,
        INIT_SCALE,
        REPETITION,
        Column(
            "relative_rate",
            words=Words(
                "learning rate over 2/S of the flow's limit",
                label=r"learning rate over $2/S_\mathrm{flow}$",
            ),
        ),
        LEARNING_RATE,
        OUTCOME,
        Column("largest_move", words=Words(label=r"$\max_t\,\eta|\epsilon_t|$")),
        Column("first_move", words=Words(label=r"$\eta|\epsilon_0|$")),
        Column("final_error"),
        Column("steps_to_converge", words=Words("steps to converge", label=r"steps to $10^{-6}$")),
        Column("initial_imbalance", words=Words(label=r"imbalance $Q_0$")),
        Column("final_imbalance", words=Words(label=r"imbalance $Q$ at the end")),
        Column("final_squared_norm", words=Words(label=r"$\lambda$ at the end")),
        Column("final_sharpness", words=Words("sharpness at the end", label="gradient descent")),
        Column("limit_sharpness", words=Words(label=r"$\sqrt{Q^2 + 4\Phi^2}$ at the end")),
        Column("flow_end_sharpness", words=Words(label="gradient flow")),
        Column(
            "flow_sharpness",
            words=Words("sharpness at the end of the flow", label=r"$S_\mathrm{flow}$"),
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("two_over_learning_rate", words=Words("edge of stability", label=r"$2/\eta$")),
        Column("flattening", words=Words(label=r"flattening $\log(Q_0/Q_\infty)$")),
        Column("path_flattening", words=Words(label=r"$-\sum_t\log|1-\eta^2\epsilon_t^2|$")),
        Column("small_flattening", words=Words(label=r"$\eta^2\sum_t\epsilon_t^2$")),
        Column(
            "rate_of_the_limit", words=Words("rate times sharpness", label=r"$\eta\lambda_\infty$")
        ),
        Column("rate", words=Words("linear rate", label="factor of the error in a late step")),
        Column("predicted_rate", words=Words(label=r"$|1-\eta\lambda_\infty|$")),
        Column("error_defect"),
        Column("norm_defect"),
        Column("imbalance_defect"),
        Column("feature_defect"),
    )

    width: PositiveIntegers
    """The widths of the hidden layer."""
    init_scale: PositiveNumbers
    """The scales: the standard deviation of a layer's norm, about."""
    relative_rate: PositiveNumbers
    """The rates eta, in units of 2/S of the flow's limit from the same start."""
    repetitions: PositiveInteger
    """Starts of each width and scale."""
    steps: PositiveInteger
    """Of each run, enough to converge."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each rate; all runs of a width are trained together."""
        from flatminima.core.seeding import random_generator

        dataset = shallow_dataset(SOLUTION)
        for width in self.width:
            network = LinearNetwork(dataset, 2, width)
            names = [(s, r) for s in self.init_scale for r in range(self.repetitions)]
            starts = network.allocate(len(names))
            for place, (scale, repetition) in enumerate(names):
                generator = random_generator(
                    given.seed, "shallow", given.name, width, scale, repetition
                )
                normal = generator.standard_normal(network.size)
                starts[:, place] = scale / np.sqrt(width) * normal
            yield from self._measure(network, width, names, starts)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: a step of a batch, and what is watched of it."""
        del sizes
        starts = len(self.init_scale) * self.repetitions
        runs = starts * len(self.relative_rate)
        seconds = sum(self.steps * (3e-4 + 2e-8 * runs * width) for width in self.width)
        # a Hessian at every end
        seconds += len(self.width) * runs * 2e-3
        return Work(seconds, runs * (2 * self.steps + 30 * max(self.width)))

    def _measure(
        self,
        network: LinearNetwork,
        width: int,
        names: list[tuple[float, int]],
        starts: np.ndarray,
    ) -> Iterator[dict[str, Any]]:
        """Return the rows of one width."""
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory.gradient_flow import end_of_flow

        at_start = coordinates(*_layers(network, starts), SOLUTION)
        flow_sharpness = limit_sharpness(at_start.imbalance, SOLUTION)
        flow_ends = [
            compute_sharpness(network, end_of_flow(network, start).parameters).value
            for start in starts.T
        ]
        runs = len(self.relative_rate)
        initial = network.allocate(len(names) * runs)
        initial[:] = np.repeat(starts, runs, axis=1)
        relative = np.tile(self.relative_rate, len(names))
        rates = relative * 2 / np.repeat(flow_sharpness, runs)
        watch = _Watch(network, rates)
        result = train(
            network,
            initial,
            GradientDescent(rates),
            self.steps,
            recorded_steps=range(self.steps + 1),
            observe=watch.observe,
        )
        ends = coordinates(*_layers(network, result.parameters), SOLUTION)
        errors = np.array(watch.errors)
        for run, learning_rate in enumerate(rates):
            start = run // runs
            init_scale, repetition = names[start]
            row = {
                "width": width,
                "init_scale": init_scale,
                "repetition": repetition,
                "relative_rate": relative[run],
                "learning_rate": learning_rate,
                "outcome": "diverged",
                "initial_imbalance": at_start.imbalance[start],
                "flow_end_sharpness": flow_ends[start],
                "flow_sharpness": flow_sharpness[start],
                "minimal_sharpness": 2 * SOLUTION,
                "two_over_learning_rate": 2 / learning_rate,
                "first_move": learning_rate * abs(at_start.error[start]),
            } | {name: float(values[run]) for name, values in watch.defects.items()}
            if result.diverged_at[run] < 0:
                row |= _measure_path(errors[:, run], learning_rate)
                row |= {"outcome": "not_converged", "final_error": ends.error[run]}
            if row["outcome"] != "diverged" and abs(ends.error[run]) <= CONVERGED:
                end = Coordinates(*(float(values[run]) for values in ends))
                row |= {
                    "outcome": "converged",
                    "final_imbalance": end.imbalance,
                    "final_squared_norm": end.squared_norm,
                    "final_sharpness": compute_sharpness(network, result.parameters[:, run]).value,
                    "limit_sharpness": float(limit_sharpness(end.imbalance, SOLUTION)),
                    "flattening": _flattening(at_start.imbalance[start], end.imbalance),
                    "rate_of_the_limit": learning_rate * end.squared_norm,
                    "predicted_rate": abs(1 - learning_rate * end.squared_norm),
                }
            yield row


def _layers(network: LinearNetwork, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return b and a of each run, shape (width, runs)."""
    first, second = split_layers(parameters, network.layer_shapes)
    return first[:, 0], second[0]


@dataclass
class _Watch:
    """Compares every step of a batch with the recursions.

    Attributes:
        errors: epsilon at each step so far, of shape (runs,).
        defects: The largest difference so far for each recursion, shape (runs,).
    """

    network: LinearNetwork
    rates: np.ndarray
    errors: list[np.ndarray] = field(default_factory=list)
    defects: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("error_defect", "norm_defect", "imbalance_defect", "feature_defect")
        self.defects = {name: np.zeros(len(self.rates)) for name in names}

    def observe(self, step: int, parameters: np.ndarray, finite: np.ndarray) -> None:
        """Compare the weights after a step."""
        first, second = _layers(self.network, parameters)
        point, features = coordinates(first, second, SOLUTION), second**2 - first**2
        if step > 0:
            contraction = 1 - (self.rates * self.point.error) ** 2
            scale = self.point.squared_norm + point.squared_norm + abs(SOLUTION)
            expected = advance(self.point, self.rates, SOLUTION)
            found = [np.abs(one - other) for one, other in zip(point, expected, strict=True)]
            found.append(np.abs(features - contraction * self.features).max(axis=0))
            for name, difference in zip(self.defects, found, strict=True):
                present = np.where(finite, difference / scale, 0.0)
                self.defects[name] = np.maximum(self.defects[name], present)
        self.point, self.features = point, features
        self.errors.append(point.error)


def _flattening(before: float, after: float) -> float:
    """Return log(Q_0 / Q); NaN where no imbalance is left."""
    return float(np.log(before / after)) if after > 0 else np.nan


def _measure_path(errors: np.ndarray, learning_rate: float) -> dict[str, Any]:
    """Return what the errors along the path of one run imply, shape (steps + 1,)."""
    moves = learning_rate * errors[:-1]
    sizes = np.abs(errors)
    arrival = np.max(np.flatnonzero(sizes > ARRIVED), initial=-1) + 1
    row = {
        "largest_move": learning_rate * sizes.max(),
        "steps_to_converge": float(arrival) if arrival < len(errors) else np.nan,
        "path_flattening": -float(np.sum(np.log(np.abs(1 - moves**2)))),
        "small_flattening": float(np.sum(moves**2)),
    }
    late = np.flatnonzero((sizes > RATE_WINDOW[0]) & (sizes < RATE_WINDOW[1]))
    if len(late) > 2 and late[-1] - late[0] == len(late) - 1:
        row["rate"] = (sizes[late[-1]] / sizes[late[0]]) ** (1 / (len(late) - 1))
    return row
