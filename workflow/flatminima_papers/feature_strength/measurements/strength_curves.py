"""Loss curves at large gamma: a plateau, then a drop, the same but for a shift of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Gt, Lt

from flatminima.core.columns import DATASET, DEPTH, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, PositiveInteger, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.feature_strength.measurements import STRENGTH, Depths, linear_start

__all__ = ["StrengthCurves"]

WINDOW = 20
"""Steps before and after the risk is halved that are shown."""

HALF = 0.5

GONE = 1e-6
"""Of the risk over E[y^2]: a curve ends there."""


@dataclass(frozen=True)
class StrengthCurves(Measurement):
    """Trains a linear network from one start at each gamma, at a share of 2/S_min.

    `risk_share` is the risk over E[y^2] at `shift` steps from where it is one half (linear between
    steps), and `stretched_share` that at the same share of the steps to one half: at
    (1 + shift/t) t_half with t the t_half of the first gamma. `half_time` is the steps to one half
    times eta/gamma, and `blow_up_time` its limit T*, NaN for two layers, whose `steps_a_decade` are
    how many steps more ten times gamma take.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        STRENGTH,
        Column("shift", words=Words("steps from where the risk is halved")),
        Column("risk_share", words=Words("risk over that of zero")),
        Column("stretched_share", words=Words("risk when time is stretched")),
        Column("half_steps", words=Words("steps until the risk is halved")),
        Column(
            "half_time", words=Words("steps until the risk is halved, times rate over strength")
        ),
        Column("blow_up_time", words=Words("blow-up time", label="$T^*$")),
        Column("steps_a_decade", words=Words("steps more for ten times the strength")),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    width: PositiveInteger
    """Neurons of each hidden layer."""
    init_scale: PositiveNumber
    """The standard deviation of all weights."""
    strength: PositiveNumbers
    """Values of gamma."""
    rate_share: Annotated[float, Gt(0), Lt(1)]
    """The learning rate, in units of 2/S_min."""
    steps: PositiveInteger
    """The most steps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each curve."""
        from flatminima.networks import split_layers
        from flatminima.networks.linear.network import LinearNetwork
        from flatminima_papers.feature_strength.theory.output_scale import (
            minimal_sharpness_at,
            scaled_problem,
        )
        from flatminima_papers.feature_strength.theory.plateaus import (
            blow_up_time,
            steps_a_decade,
        )

        shifts = np.arange(-WINDOW, WINDOW + 1.0)
        for name, depth in product(self.dataset, self.depth):
            dataset = given.datasets[name]
            slope = dataset.covariance @ dataset.minimum_norm_solution
            plain = LinearNetwork(dataset, depth, self.width)
            start = linear_start(given.seed, depth, self.width, self.init_scale, 0, plain.size)
            layers = [one[:, :, 0] for one in split_layers(start[:, None], plain.layer_shapes)]
            time = blow_up_time(layers, slope) if depth > 2 else np.nan
            run_of_one = [layer[None] for layer in layers]
            unit = None
            for strength in self.strength:
                problem = scaled_problem(dataset, strength)
                rate = 2 * self.rate_share / minimal_sharpness_at(problem, depth, strength)
                curve = self._curve(run_of_one, dataset, rate, strength)
                half = _crossing(curve)
                unit = half if unit is None else unit
                places = np.arange(len(curve))
                shown = np.interp(half + shifts, places, curve, left=np.nan)
                stretched = np.interp(half * (1 + shifts / unit), places, curve, left=np.nan)
                for shift, share, other in zip(shifts, shown, stretched, strict=True):
                    yield {
                        "dataset": name,
                        "depth": depth,
                        "strength": strength,
                        "shift": shift,
                        "risk_share": share,
                        "stretched_share": other,
                        "half_steps": half,
                        "half_time": half * rate / strength,
                        "blow_up_time": time,
                        "steps_a_decade": np.nan
                        if depth > 2
                        else steps_a_decade(rate / strength, float(np.linalg.norm(slope))),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        samples = sum(sizes[name].samples for name in self.dataset)
        layers = len(self.strength) * sum(self.depth)
        step = len(self.dataset) * 3e-5 + 1e-8 * self.width * samples
        return Work(layers * self.steps * step, 1e4 * self.width + 10 * self.steps)

    def _curve(
        self, layers: list[np.ndarray], dataset: Any, rate: float, strength: float
    ) -> np.ndarray:
        """Return the risk over E[y^2] at each step, until it is gone."""
        from flatminima.theory.dense_networks import forward, identity
        from flatminima_papers.feature_strength.theory.direct import scaled_descent_step

        shares = []
        for _ in range(self.steps):
            outputs = forward(layers, dataset.inputs, identity).outputs[0] / strength
            shares.append(np.mean((outputs - dataset.targets) ** 2))
            shares[-1] /= np.mean(dataset.targets**2)
            if shares[-1] <= GONE:
                break
            layers = scaled_descent_step(
                layers, dataset.inputs, dataset.targets, rate, strength, identity
            )
        return np.array(shares)


def _crossing(curve: np.ndarray) -> float:
    """Return where the curve comes down to one half, linear between steps; NaN if nowhere."""
    below = np.flatnonzero(curve <= HALF)
    if not len(below) or below[0] == 0:
        return np.nan
    after = below[0]
    return float(after - (HALF - curve[after]) / (curve[after - 1] - curve[after]))
