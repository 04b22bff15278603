"""Chains of two layers: how steps change what flow conserves, and how flat they end.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import (
    BATCH_SIZE,
    DATASET,
    INIT_SCALE,
    LEARNING_RATE,
    OUTCOME,
    REPETITION,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import (
    BatchSizes,
    DatasetNames,
    PositiveInteger,
    PositiveNumber,
    PositiveNumbers,
)
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks.linear.network import LinearNetwork
from flatminima.optimisers import sizes_of_batches
from flatminima_papers.minimalist.theory.chains import (
    balance,
    descent_increment,
    draw_chains,
    row_basis,
    sample_slopes,
)

__all__ = ["ChainDescent"]

CONVERGED = 1e-7
"""The largest ||grad R|| at the end of a converged run, over the sharpness there."""


@dataclass(frozen=True)
class ChainDescent(Measurement):
    """Trains f(x) = (u^T x) v by descent, and on batches drawn without replacement.

    `relative_rate` is in units of 2/S at the end of the flow from the same start. `balance` is
    C = ||P u||^2 - v^2. For full batches, `increment_defect` is the largest difference between the
    change of C in a step and eta^2 (v^2 ||g||^2 - (u^T g)^2), relative to the squared norms. The
    final quantities of a run that did not converge are NaN.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        INIT_SCALE,
        REPETITION,
        Column(
            "relative_rate",
            words=Words(
                "learning rate over 2/S of the flow's end",
                label=r"learning rate over $2/S_\mathrm{flow}$",
                symbol=r"$\eta S_\mathrm{flow}/2$",
            ),
        ),
        LEARNING_RATE,
        BATCH_SIZE,
        OUTCOME,
        Column("initial_balance"),
        Column("final_balance", words=Words(label=r"$C = \|Pu\|^2 - v^2$ at the end")),
        Column(
            "final_sharpness", words=Words("sharpness at the end", label="sharpness at the end")
        ),
        Column(
            "flow_sharpness",
            words=Words("sharpness at the end of the flow", label=r"$S_\mathrm{flow}$"),
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("two_over_learning_rate", words=Words("edge of stability", label=r"$2/\eta$")),
        Column("increment_defect"),
    )

    dataset: DatasetNames
    """The data, by name; without noise, or batches do not come to rest."""
    init_scale: PositiveNumber
    """The scale of the initialisation."""
    relative_rate: PositiveNumbers
    """The rates eta, in units of 2/S at the end of the flow."""
    batch_size: BatchSizes
    """How many samples a step looks at, or a list; `full` is all of them."""
    repetitions: PositiveInteger
    """Starts of each dataset."""
    steps: PositiveInteger
    """Of each run, enough to converge."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse batches that are larger than the data."""
        for name in self.dataset:
            sizes_of_batches(self.batch_size, sizes[name].samples)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each start at each rate with each size of batches."""
        from flatminima.core.seeding import random_generator

        for name in self.dataset:
            dataset = given.datasets[name]
            network = LinearNetwork(dataset, 2, width=1)
            generators = [
                random_generator(given.seed, "chain", given.name, name, repetition)
                for repetition in range(self.repetitions)
            ]
            starts = draw_chains(network, self.init_scale, generators)
            for batch_size in sizes_of_batches(self.batch_size, dataset.samples):
                yield from self._measure(network, name, starts, batch_size, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: a step of a batch of runs, and what is watched of it."""
        runs = self.repetitions * len(self.relative_rate)
        seconds = 0.0
        for name in self.dataset:
            for batch_size in sizes_of_batches(self.batch_size, sizes[name].samples):
                samples = batch_size * sizes[name].features
                seconds += self.steps * (4e-4 + 2e-8 * runs * samples) + 2e-3 * runs
        largest = max(sizes[name].features * sizes[name].samples for name in self.dataset)
        return Work(seconds, 20 * runs * largest)

    def _measure(
        self,
        network: LinearNetwork,
        name: str,
        starts: np.ndarray,
        batch_size: int,
        given: Given,
    ) -> Iterator[dict[str, Any]]:
        """Return the rows of one dataset and size of batches."""
        from flatminima.core.seeding import random_generator
        from flatminima.optimisers import Draws, GradientDescent, StochasticGradientDescent
        from flatminima.runs.training import train
        from flatminima.sharpness import compute_sharpness
        from flatminima.theory.closed_forms import minimal_sharpness
        from flatminima.theory.gradient_flow import end_of_flow

        dataset, count = network.dataset, len(self.relative_rate)
        full = batch_size == dataset.samples
        rows = row_basis(dataset)
        flows = [
            compute_sharpness(network, end_of_flow(network, start).parameters).value
            for start in starts.T
        ]
        least = minimal_sharpness(dataset.covariance, dataset.minimum_norm_solution, 2)
        initial = network.allocate(starts.shape[1] * count)
        initial[:] = np.repeat(starts, count, axis=1)
        relative = np.tile(self.relative_rate, starts.shape[1])
        rates = 2 * relative / np.repeat(flows, count)
        watch = _Watch(dataset, rates, rows)
        if full:
            optimiser = GradientDescent(rates)
        else:
            draws = [
                Draws(
                    random_generator(
                        given.seed,
                        "chain batches",
                        given.name,
                        name,
                        batch_size,
                        run // count,
                        rate,
                    ),
                    dataset.samples,
                    batch_size,
                )
                for run, rate in enumerate(relative)
            ]
            optimiser = StochasticGradientDescent(rates, draws)
        result = train(
            network,
            initial,
            optimiser,
            self.steps,
            recorded_steps=range(self.steps + 1) if full else (),
            observe=watch.observe,
        )
        before, after = (
            balance(weights[:-1], weights[-1], rows) for weights in (initial, result.parameters)
        )
        for run, learning_rate in enumerate(rates):
            row = {
                "dataset": name,
                "init_scale": self.init_scale,
                "repetition": run // count,
                "relative_rate": relative[run],
                "learning_rate": learning_rate,
                "batch_size": batch_size,
                "outcome": "diverged",
                "initial_balance": before[run],
                "flow_sharpness": flows[run // count],
                "minimal_sharpness": least,
                "two_over_learning_rate": 2 / learning_rate,
                "increment_defect": watch.defect[run] if full else np.nan,
            }
            if result.diverged_at[run] < 0:
                sharpness = compute_sharpness(network, result.parameters[:, run]).value
                row["outcome"] = "not_converged"
                if result.gradient_norm[run] <= CONVERGED * sharpness:
                    row |= {
                        "outcome": "converged",
                        "final_balance": after[run],
                        "final_sharpness": sharpness,
                    }
            yield row


@dataclass
class _Watch:
    """Compares every step of a batch of full-batch runs with the increment of C.

    Attributes:
        defect: The largest difference so far, shape (runs,).
    """

    dataset: Dataset
    rates: np.ndarray
    rows: np.ndarray
    defect: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.defect = np.zeros(len(self.rates))

    def observe(self, step: int, parameters: np.ndarray, finite: np.ndarray) -> None:
        """Compare the weights after a step."""
        first, second = parameters[:-1], parameters[-1]
        present = balance(first, second, self.rows)
        size = (first**2).sum(axis=0) + second**2
        if step > 0:
            scale = size + self.size
            change = np.abs(present - self.expected) / scale
            self.defect = np.maximum(self.defect, np.where(finite, change, 0.0))
        slope = sample_slopes(self.dataset, first * second).mean(axis=0)
        increment = self.rates**2 * descent_increment(first, second, slope)
        self.expected, self.size = present + increment, size
