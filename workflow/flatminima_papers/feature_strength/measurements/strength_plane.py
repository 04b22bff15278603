"""What happens at each gamma and learning rate, within a budget of steps."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveNumber, PositiveNumbers, Reference
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, linear_start

__all__ = ["StrengthPlane"]

CONVERGED, LEARNED = 1e-6, 0.5
"""Of the risk over E[y^2]."""


@dataclass(frozen=True)
class StrengthPlane(Measurement):
    """Trains a linear network of centred output from one start at each gamma and rate.

    A run has converged, or learned at least half, or is still on the plateau, or has diverged or
    stays above its start. `minimal_edge` is 2/S_min, `catapult_edge` 4/S of the Gauss-Newton part
    at the start, and `budget_edge` T* gamma/T, with the blow-up time T* and the budget T of steps;
    it is NaN for two layers.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        LEARNING_RATE,
        STRENGTH,
        Column(
            "outcome",
            "str",
            words=Words(
                values={
                    "1_plateau": "on the plateau",
                    "2_learned": "half is learned",
                    "3_converged": "converged",
                    "4_unstable": "not stable",
                }
            ),
        ),
        Column("risk_share", words=Words("risk over that of zero")),
        Column("minimal_edge", words=Words("edge of the minimal sharpness", label=r"$2/S_{\min}$")),
        Column("catapult_edge", words=Words("edge of catapults", label=r"$4/S_{\mathrm{GN}}$")),
        Column("budget_edge", words=Words("edge of the budget", label=r"$T^*\gamma/T$")),
    )

    dataset: Annotated[tuple[str, ...], Len(1, 1), Axis(), Reference("datasets")]
    """The data, by name."""
    depth: Annotated[int, Ge(2), Le(20)]
    """The number of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    strength: PositiveNumbers
    """Values of gamma."""
    learning_rate: PositiveNumbers
    """Values of eta."""
    steps: PositiveInteger
    """The budget T of steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each place of the plane."""
        from flatminima.networks import split_layers
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima_papers.feature_strength.theory.linear_runs import linear_run
        from flatminima_papers.feature_strength.theory.plateaus import blow_up_time

        (dataset,) = (given.datasets[name] for name in self.dataset)
        plain = LinearNetwork(dataset, self.depth, self.width)
        start = linear_start(given.seed, self.depth, self.width, self.init_scale, 0, plain.size)
        time = np.nan
        if self.depth > 2:
            layers = [one[:, :, 0] for one in split_layers(start[:, None], plain.layer_shapes)]
            time = blow_up_time(layers, dataset.covariance @ dataset.minimum_norm_solution)
        rates = np.array(self.learning_rate)
        for strength in self.strength:
            run = linear_run(dataset, self.depth, self.width, start, strength, centred=True)
            shares = run.shares(rates, self.steps)
            for rate, share in zip(rates, shares, strict=True):
                yield {
                    "learning_rate": rate,
                    "strength": strength,
                    "outcome": _outcome(share),
                    "risk_share": share,
                    "minimal_edge": 2 / run.minimal_sharpness,
                    "catapult_edge": 4 / run.start_curvature,
                    "budget_edge": time * strength / self.steps,
                }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        places = len(self.strength) * len(self.learning_rate)
        seconds = 1 + places * self.depth * self.steps * 4e-9 * self.width
        return Work(seconds, 20 * places + 1e4 * self.width)


def _outcome(share: float) -> str:
    """Name what a run has come to."""
    if share <= CONVERGED:
        return "3_converged"
    if share <= LEARNED:
        return "2_learned"
    return "1_plateau" if share <= 1 else "4_unstable"
