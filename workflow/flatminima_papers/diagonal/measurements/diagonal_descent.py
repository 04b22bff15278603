"""Gradient descent with large steps on two diagonal layers, and where it exactly ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge

from flatminima.core.columns import LEARNING_RATE, STEPS, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["DiagonalDescent"]


@dataclass(frozen=True)
class DiagonalDescent(Measurement):
    """Runs descent from equal starts at rates in units of 2 / S of the flow's end."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("problem", "int64", words=Words(symbol="problem")),
        Column(
            "scale",
            words=Words(
                "scale of the start", label=r"scale $\alpha$ of the start", symbol=r"$\alpha$"
            ),
        ),
        Column(
            "relative_rate",
            words=Words(
                "learning rate over 2/S of the flow's end", label=r"$\eta / (2/S_{\mathrm{flow}})$"
            ),
        ),
        LEARNING_RATE,
        STEPS,
        Column("converged", "bool", words=Words("whether it converged")),
        Column("largest_step", words=Words("largest |eta g| of any step")),
        Column("step_defect", words=Words("deviation of a step from its factor")),
        Column("limit_defect", words=Words("distance of the end from the exact limit")),
        Column("defect_without_shift", words=Words("distance from the limit without its shift")),
        Column("prediction_error", words=Words("distance from what the flow predicts")),
        Column("flow_distance", words=Words("distance from the end of the flow")),
        Column("recovery_error", words=Words("distance to the true weights")),
        Column(
            "flow_recovery_error", words=Words("distance of the flow's end to the true weights")
        ),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("flow_sharpness", words=Words("sharpness at the end of the flow")),
        Column("support_gain", words=Words("mean log of lost imbalance on the support")),
        Column("rest_gain", words=Words("mean log of lost imbalance off the support")),
    )

    samples: PositiveInteger
    """The number n of samples."""
    features: PositiveInteger
    """The input dimension d."""
    relevant: Annotated[int, Ge(1)]
    """How many weights of the noiseless target are not zero, from the first."""
    problems: PositiveInteger
    """How many problems are drawn."""
    scale: PositiveNumbers
    """The scales alpha of the equal start."""
    relative_rate: PositiveNumbers
    """The rates, in units of 2 / S of the flow's end."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Run each problem, scale and rate.

        What is compared is NaN where descent did not converge; the exact limit also where
        some |eta g| reached 1.
        """
        from flatminima.theory.diagonal_flow import flow_to
        from flatminima.theory.diagonal_limits import limit_of_flow
        from flatminima.theory.diagonal_networks import (
            equal_start,
            mobility,
            network_weights,
            sharpness_of_minimiser,
        )
        from flatminima.theory.diagonal_potentials import split_start
        from flatminima.theory.diagonal_problems import draw_problem
        from flatminima_papers.diagonal.theory.descent import (
            descend,
            limit_of_descent,
            predicted_shrinkage,
            step_factors,
        )

        relative = np.array(self.relative_rate)
        for problem, scale in product(range(self.problems), self.scale):
            drawn = random_generator(given.seed, given.name, "problem", problem)
            case = draw_problem(self.samples, self.features, drawn, relevant=self.relevant)
            data = case.data
            inputs, targets = data.inputs, data.targets
            layers = equal_start(scale, 2, self.features)
            start = split_start(layers)
            path = flow_to(1e-22, inputs, targets, layers)
            flow = limit_of_flow(inputs, targets, start).weights
            flow_sharpness = sharpness_of_minimiser(data.covariance, mobility(path.layers[-1]))
            rates = relative * 2 / flow_sharpness
            starts = np.tile(layers, (len(rates), 1, 1))
            runs = descend(inputs, targets, starts, rates, self.steps)
            support = np.arange(self.features) < self.relevant

            def distance(first: np.ndarray, second: np.ndarray) -> float:
                return float(np.abs(first - second).max())

            for run, rate in enumerate(rates):
                row = dict.fromkeys((column.name for column in self.columns[7:]), np.nan)
                one = descend(inputs, targets, starts[:1], rates[run : run + 1], 1).layers[0]
                factor = step_factors(inputs, targets, layers, rate)[0, 1]
                before, after = layers[0] ** 2 - layers[1] ** 2, one[0] ** 2 - one[1] ** 2
                row["step_defect"] = distance(after, factor * before) / np.abs(one).max() ** 2
                row["flow_recovery_error"] = np.linalg.norm(flow - case.true_weights)
                row["flow_sharpness"] = flow_sharpness
                end, shrinkage = network_weights(runs.layers[run]), runs.shrinkage[run]
                if runs.converged[run]:
                    mobilities = mobility(runs.layers[run])
                    row["flow_distance"] = distance(end, flow)
                    row["recovery_error"] = np.linalg.norm(end - case.true_weights)
                    row["final_sharpness"] = sharpness_of_minimiser(data.covariance, mobilities)
                if runs.converged[run] and runs.largest_step[run] < 1:
                    predicted = predicted_shrinkage(inputs, targets, path, rate)
                    for name, parts in {
                        "limit_defect": (shrinkage, runs.shift[run]),
                        "defect_without_shift": (shrinkage, 0.0),
                        "prediction_error": (predicted, 0.0),
                    }.items():
                        limit = limit_of_descent(inputs, targets, start, *parts).weights
                        row[name] = distance(end, limit)
                    row["support_gain"] = shrinkage[support].mean()
                    row["rest_gain"] = shrinkage[~support].mean()
                yield row | {
                    "problem": problem,
                    "scale": scale,
                    "relative_rate": relative[run],
                    "learning_rate": rate,
                    "steps": runs.steps[run],
                    "converged": runs.converged[run],
                    "largest_step": runs.largest_step[run],
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        step = 4e-9 * self.features * self.samples + 3e-8 * self.features
        each = 1 + len(self.relative_rate) * (0.02 + self.steps * step / 4)
        return Work(5 + self.problems * len(self.scale) * each, 10_000 * self.features)
