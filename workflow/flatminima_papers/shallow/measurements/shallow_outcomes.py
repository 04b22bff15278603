"""Two layers on one feature: at which rates and imbalances descent converges (ours)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import OUTCOME, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["ShallowOutcomes"]

SOLUTION = 1.0
"""Phi; other values are a change of units."""


@dataclass(frozen=True)
class ShallowOutcomes(Measurement):
    """Follows descent from a network that computes zero, for all rates and imbalances.

    It uses the recursion of `theory.shallow`, which is exact. Rates are in units of
    2/S_min = 1/Phi, imbalances in units of Phi. `flow_edge` and `minimal_edge` are 2 over the
    sharpness of the flow's limit and of the flattest minimum. `final_sharpness` is NaN if descent
    did not converge.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "relative_rate",
            words=Words("learning rate over 2/S_min", label=r"$\eta / (2/S_{\min})$"),
        ),
        Column("imbalance", words=Words("imbalance of the start", label=r"imbalance $Q_0 / \Phi$")),
        OUTCOME,
        Column("steps", "int64", words=Words("steps until that was seen")),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("flow_sharpness", words=Words("sharpness at the end of the flow")),
        Column(
            "flow_edge", words=Words("edge of the flow's limit", label=r"$2/S_{\mathrm{flow}}$")
        ),
        Column("minimal_edge", words=Words("edge of the minimal sharpness", label=r"$2/S_{\min}$")),
    )

    relative_rate: PositiveNumbers
    """The rates eta, in units of 2/S_min."""
    imbalance: PositiveNumbers
    """The imbalance Q of the start, in units of the solution."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each rate and imbalance."""
        del given
        from flatminima_papers.shallow.theory.shallow import limit_sharpness, outcomes_of_descent

        minimal_edge = 1 / SOLUTION
        rates, imbalances = (
            axis.ravel() for axis in np.meshgrid(self.relative_rate, self.imbalance, indexing="ij")
        )
        outcomes, taken, ends = outcomes_of_descent(
            rates * minimal_edge, imbalances * SOLUTION, SOLUTION, self.steps
        )
        flow = limit_sharpness(imbalances * SOLUTION, SOLUTION)
        for run, outcome in enumerate(outcomes):
            yield {
                "relative_rate": rates[run],
                "imbalance": imbalances[run],
                "outcome": outcome,
                "steps": taken[run],
                "final_sharpness": ends[run],
                "flow_sharpness": flow[run],
                "flow_edge": 2 / flow[run] / minimal_edge,
                "minimal_edge": 1.0,
            }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: few descents last for all steps."""
        del sizes
        cells = len(self.relative_rate) * len(self.imbalance)
        return Work(cells * (2e-5 + 2e-9 * self.steps), 20 * cells)
