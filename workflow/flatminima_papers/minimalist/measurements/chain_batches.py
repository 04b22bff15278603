"""Chains of two layers: how batches change what flow conserves, exactly over all batches.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import BATCH_SIZE, DATASET, REPETITION, STEP, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Misfit, PositiveInteger, PositiveNumber
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.minimalist.theory.chains import (
    balance,
    batch_increment,
    descent_increment,
    draw_chains,
    row_basis,
    sample_slopes,
)

__all__ = ["ChainBatches"]

MOST_SAMPLES = 14
"""The largest number of samples; they have 2^14 batches of all sizes."""

LEARNING_RATE = 0.1
"""The learning rate in units of 2/S of the balanced minimiser."""


@dataclass(frozen=True)
class ChainBatches(Measurement):
    """Takes a step on each batch of each size, from points on a path of gradient descent.

    `mean_increment` is the mean change of C = ||P u||^2 - v^2 over all batches, divided by eta^2,
    and `predicted_increment` is its closed form. `descent_increment` is the change with all
    samples, and `extra_increment` the part that sampling adds. All are relative to
    (||u||^2 + v^2) tr Cov(g_i) at the point.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        REPETITION,
        STEP,
        BATCH_SIZE,
        Column("batches", "int64"),
        Column("mean_increment", words=Words(label="mean over all batches")),
        Column("predicted_increment", words=Words(label="closed form")),
        Column("descent_increment", words=Words(label="gradient descent")),
        Column("extra_increment", words=Words(label="part of the sampling")),
    )

    dataset: DatasetNames
    """The data, by name; few samples, with noise, or their gradients vanish together."""
    init_scale: PositiveNumber
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Paths of each dataset."""
    steps: PositiveInteger
    """Of each path."""
    record_every: PositiveInteger
    """The points of a path are so many steps apart."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse data with too many batches."""
        for name in self.dataset:
            if sizes[name].samples > MOST_SAMPLES:
                raise Misfit(
                    "dataset",
                    f"holds {name}, of {sizes[name].samples} samples; allowed: {MOST_SAMPLES} at "
                    "most, for every batch is looked at",
                )

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each point of each path with each size of batches."""
        from flatminima.core.seeding import random_generator
        from flatminima.optimisers import GradientDescent
        from flatminima.runs.training import train
        from flatminima.theory.closed_forms import balanced_sharpness

        for name in self.dataset:
            dataset = given.datasets[name]
            network = LinearNetwork(dataset, 2, width=1)
            generators = [
                random_generator(given.seed, "chain", given.name, name, repetition)
                for repetition in range(self.repetitions)
            ]
            starts = draw_chains(network, self.init_scale, generators)
            sharpness = balanced_sharpness(dataset.covariance, dataset.minimum_norm_solution, 2)
            rate = LEARNING_RATE * 2 / sharpness
            points: list[tuple[int, np.ndarray]] = []
            train(
                network,
                starts,
                GradientDescent(np.full(self.repetitions, rate)),
                self.steps,
                recorded_steps=range(0, self.steps + 1, self.record_every),
                observe=lambda step, weights, _, points=points: points.append(
                    (step, weights.copy())
                ),
            )
            for step, weights in points:
                for batch_size in range(1, dataset.samples + 1):
                    measured = _measure(network, weights, batch_size, rate)
                    for repetition in range(self.repetitions):
                        yield {
                            "dataset": name,
                            "repetition": repetition,
                            "step": step,
                            "batch_size": batch_size,
                            "batches": comb(dataset.samples, batch_size),
                        } | {key: float(values[repetition]) for key, values in measured.items()}

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        points = self.steps // self.record_every + 1
        runs = self.repetitions * points
        seconds = sum(
            2 ** sizes[name].samples * (points * 6e-5 + 1e-8 * runs * sizes[name].features)
            for name in self.dataset
        )
        largest = max(sizes[name].samples * sizes[name].features for name in self.dataset)
        return Work(seconds + 1e-4 * self.steps, 10 * runs * largest)


def _measure(
    network: LinearNetwork, weights: np.ndarray, batch_size: int, rate: float
) -> dict[str, np.ndarray]:
    """Return the increments of all runs at one point."""
    dataset = network.dataset
    first, second = weights[:-1], weights[-1]
    slopes = sample_slopes(dataset, first * second)
    rows = row_basis(dataset)
    before = balance(first, second, rows)
    changes = []
    for batch in combinations(range(dataset.samples), batch_size):
        slope = slopes[list(batch)].mean(axis=0)
        after = first - rate * second * slope, second - rate * (first * slope).sum(axis=0)
        changes.append(balance(*after, rows) - before)
    descent = descent_increment(first, second, slopes.mean(axis=0))
    extra = batch_increment(first, second, slopes, batch_size)
    size = (first**2).sum(axis=0) + second**2
    unit = size * ((slopes - slopes.mean(axis=0)) ** 2).sum(axis=1).mean(axis=0)
    return {
        "mean_increment": np.mean(changes, axis=0) / rate**2 / unit,
        "predicted_increment": (descent + extra) / unit,
        "descent_increment": descent / unit,
        "extra_increment": extra / unit,
    }
