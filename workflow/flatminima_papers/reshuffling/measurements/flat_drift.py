"""How stochastic gradient descent drifts along a valley of minimisers, by its sampling.

"Paper" is Beneventano, arXiv:2312.16143; the formulas for the drifts are ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import EXPERIMENT, LEARNING_RATE, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveIntegers, PositiveNumber, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["FlatDrift"]

Networks = Annotated[
    tuple[Literal["diagonal linear", "deep linear", "tanh perceptron"], ...], Len(1), Axis()
]

GROUPS = 20
"""Groups of runs, from which the interval of the angle is computed (jackknife)."""


class Place(NamedTuple):
    """A point of a valley: the parameters of a network, two inputs (d, 2) and their label noise."""

    network: str
    point: np.ndarray
    inputs: np.ndarray
    noise: np.ndarray


NOISE = np.array([0.6, 0.1])
"""Unequal, because with equal noise on all labels both samplings drift alike in any network."""

PLACES = {
    "diagonal linear": Place(
        "diagonal_linear",
        np.array([1.0, -0.5, 1.5, 0.8, 1.2, -0.6]),
        np.array([[1.0, 0.5], [0.5, 1.0], [-0.5, 1.0]]),
        NOISE,
    ),
    "deep linear": Place(
        "linear_chain",
        np.array([1.0, -0.5, 1.5, 0.6, 1.0]),
        np.array([[1.0, 0.5], [0.5, 1.0]]),
        NOISE,
    ),
    "tanh perceptron": Place(
        "tanh_perceptron",
        np.array([-0.5, -1.5, 1.0, 1.5, -1.5, 1.0]),
        np.array([[1.0, 0.5], [0.5, 1.0]]),
        NOISE,
    ),
}


@dataclass(frozen=True)
class FlatDrift(Measurement):
    """Measures the drift along each flat direction, and the angle between two samplings' drifts.

    Each of two inputs is in the data with both signs of its label noise, in a number of copies. All
    runs start at the same minimiser of the risk and take single samples. Once they have settled
    around the valley, the drift is their movement along its tangent per step, over eta^2.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        Column("network", "str"),
        LEARNING_RATE,
        Column("samples", "int64", words=Words("number of samples", symbol="$n$")),
        Column("epoch_time", words=Words("length of an epoch", label=r"$\eta k \lambda_{\max}$")),
        Column("sampling", "str"),
        Column("runs", "int64"),
        Column("direction", "int64", words=Words("flat direction")),
        Column("drift", words=Words("drift along a flat direction")),
        Column("drift_low", words=Words("its 95 % interval, low")),
        Column("drift_high", words=Words("its 95 % interval, high")),
        Column("predicted_drift", words=Words("drift as predicted")),
        Column("trace_drift", words=Words("drift down the trace of the noise")),
        Column("bracket_difference", words=Words("difference of the samplings by Lie brackets")),
        Column("speed", words=Words("speed with replacement as predicted")),
        Column("angle", words=Words("angle between the two drifts, in degrees")),
        Column("angle_low", words=Words("its 95 % interval, low")),
        Column("angle_high", words=Words("its 95 % interval, high")),
        Column("predicted_angle", words=Words("angle as predicted")),
    )

    network: Networks
    """The networks: diagonal linear, of three inputs and six parameters; deep linear, of four
    layers of width one; a tanh perceptron of width two."""
    learning_rate: PositiveNumbers
    """The rates eta."""
    copies: PositiveIntegers
    """How often the four samples are there: an epoch has four times as many steps."""
    runs: Annotated[int, Ge(2 * GROUPS), Le(1_000_000)]
    """Runs of each sampling."""
    settling: PositiveNumber
    """The time before the drift is measured, the learning rate times the steps, about."""
    time: PositiveNumber
    """The time in which it is measured, about."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each network, rate and number of copies."""
        from flatminima.summaries.statistics import mean_interval

        for name, rate, copies in product(self.network, self.learning_rate, self.copies):
            valley, risks = _build(PLACES[name], copies)
            steps = risks.samples
            predicted = {
                "with replacement": valley.drift_with_replacement(),
                "without replacement": valley.drift_without_replacement(rate, steps),
            }
            flat = valley.flat_directions()
            drifts = {
                sampling: flat.T @ self._drifts(given, name, risks, rate, copies, sampling)
                for sampling in predicted
            }
            shared = {
                "experiment": given.name,
                "network": name,
                "learning_rate": rate,
                "samples": steps,
                "epoch_time": rate * steps * valley.largest_eigenvalue,
                "runs": self.runs,
                "speed": np.linalg.norm(predicted["with replacement"]),
                **_angle_interval(*drifts.values()),
                "predicted_angle": _angle(*predicted.values()),
            }
            trace = flat.T @ valley.drift_of_short_epochs()
            brackets = flat.T @ valley.difference_by_brackets()
            for sampling, drift in predicted.items():
                for direction, (measured, value) in enumerate(
                    zip(drifts[sampling], flat.T @ drift, strict=True)
                ):
                    mean, low, high = mean_interval(measured)
                    yield shared | {
                        "sampling": sampling,
                        "direction": direction + 1,
                        "drift": mean,
                        "drift_low": low,
                        "drift_high": high,
                        "predicted_drift": value,
                        "trace_drift": trace[direction],
                        "bracket_difference": brackets[direction],
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        del sizes
        steps = sum(
            2 * self._steps(rate, 4 * copies, time)
            for rate, copies in product(self.learning_rate, self.copies)
            for time in (self.settling, self.time)
        )
        seconds = len(self.network) * steps * (1e-4 + 3e-7 * self.runs)
        return Work(seconds, self.runs * (100 + 12 * max(self.copies)))

    def _steps(self, rate: float, epoch: int, time: float) -> int:
        """Return the number of steps in whole epochs, at least one, for about a given time."""
        return epoch * max(1, round(time / (rate * epoch)))

    def _drifts(
        self, given: Given, name: str, risks: Any, rate: float, copies: int, sampling: str
    ) -> np.ndarray:
        """Return the drift of each run (p, runs)."""
        from flatminima.core.seeding import random_generator
        from flatminima_papers.reshuffling.theory.sampled_descent import descend, drawn, reshuffled

        sample = {"with replacement": drawn, "without replacement": reshuffled}[sampling]
        identity = (given.name, name, rate, copies, sampling)
        generator = random_generator(given.seed, "flat_drift", *identity)
        ends = [np.repeat(PLACES[name].point[:, None], self.runs, axis=1)]
        for time in (self.settling, self.time):
            parameters = ends[-1]
            steps = self._steps(rate, risks.samples, time)
            for _ in range(steps // risks.samples):
                batches = sample(risks.samples, 1, self.runs, generator)
                parameters = descend(risks, parameters, batches, rate)
            ends.append(parameters)
        return (ends[2] - ends[1]) / (rate**2 * steps)


def _build(place: Place, copies: int) -> tuple[Any, Any]:
    """Return the valley and the risks of its samples."""
    from flatminima_papers.reshuffling.theory import small_networks
    from flatminima_papers.reshuffling.theory.flat_drift import valley_at
    from flatminima_papers.reshuffling.theory.sample_risks import SquaredErrors

    network = getattr(small_networks, place.network)
    columns = np.repeat(place.point[:, None], len(place.noise), axis=1)
    outputs = network(columns, place.inputs)[0]
    targets = np.concatenate([outputs + place.noise, outputs - place.noise])
    inputs = np.tile(place.inputs, 2 * copies)
    risks = SquaredErrors(network, inputs, np.tile(targets, copies))
    return valley_at(network, place.point, place.inputs, place.noise), risks


def _angle(first: np.ndarray, second: np.ndarray) -> float:
    """Return the angle between two vectors, in degrees; exact also where it is small."""
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    half = np.arctan2(np.linalg.norm(first - second), np.linalg.norm(first + second))
    return float(np.degrees(2 * half))


def _angle_interval(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    """Return the angle between the mean drifts of two samples of runs (q, runs), by jackknife."""
    from flatminima.summaries.statistics import mean_interval

    places = np.arange(first.shape[1]) % GROUPS
    angle = _angle(first.mean(1), second.mean(1))
    without = [
        _angle(first[:, places != group].mean(1), second[:, places != group].mean(1))
        for group in range(GROUPS)
    ]
    values = GROUPS * angle - (GROUPS - 1) * np.array(without)
    low, high = (end - values.mean() + angle for end in mean_interval(values)[1:])
    return {"angle": angle, "angle_low": low, "angle_high": high}
