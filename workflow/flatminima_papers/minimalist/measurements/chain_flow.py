"""Chains of one neuron per layer: the end of gradient flow, and its prediction from data.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import DATASET, DEPTH, INIT_SCALE, OUTCOME, REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import DatasetNames, Depths, PositiveInteger, PositiveNumbers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima.networks.linear.network import LinearNetwork

__all__ = ["ChainFlow"]


@dataclass(frozen=True)
class ChainFlow(Measurement):
    """Follows gradient flows of chains to their ends, from weights N(0, init_scale^2).

    `lower_bound`, `upper_bound` and `predicted_sharpness` are the paper's, for the balanced
    minimiser (`theory.chains`); `balanced_sharpness` is exact. `balance_change` is the largest
    change of a conserved difference between the squared norms of two layers, over the sum of all
    squared norms at the end. Of the first layer only the part in the rows of X counts, because only
    this part moves. The measurements of a flow that did not converge are NaN.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        DATASET,
        DEPTH,
        INIT_SCALE,
        REPETITION,
        OUTCOME,
        Column("difficulty", words=Words(label="difficulty $Q$ of the data")),
        Column("initial_sharpness", words=Words("sharpness at the start", label="at the start")),
        Column(
            "final_sharpness",
            words=Words("sharpness at the end", label="sharpness where the flow ends"),
        ),
        Column("balanced_sharpness", words=Words(label=r"$S_\mathrm{balanced}$, exact")),
        Column("lower_bound", words=Words(label="lower bound of the paper")),
        Column("upper_bound", words=Words(label="upper bound of the paper")),
        Column(
            "predicted_sharpness", words=Words(label=r"prediction $(2\sigma_1^2/n)\, Q^{1-1/L}$")
        ),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        Column("balance_change"),
    )

    dataset: DatasetNames
    """The data, by name."""
    depth: Depths
    """The numbers of layers L."""
    init_scale: PositiveNumbers
    """The scale of the initialisation."""
    repetitions: PositiveInteger
    """Flows of each scale."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        from flatminima.core.seeding import random_generator
        from flatminima.theory.closed_forms import balanced_sharpness, minimal_sharpness
        from flatminima_papers.minimalist.theory import chains

        for name in self.dataset:
            dataset = given.datasets[name]
            for depth in self.depth:
                network = LinearNetwork(dataset, depth, width=1)
                problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
                lower, upper = chains.chain_bounds(dataset, depth)
                forms = {
                    "difficulty": chains.difficulty(dataset),
                    "balanced_sharpness": balanced_sharpness(*problem),
                    "lower_bound": lower,
                    "upper_bound": upper,
                    "predicted_sharpness": chains.predicted_sharpness(dataset, depth),
                    "minimal_sharpness": minimal_sharpness(*problem),
                }
                for init_scale in self.init_scale:
                    for repetition in range(self.repetitions):
                        generator = random_generator(
                            given.seed, "chain", given.name, name, depth, init_scale, repetition
                        )
                        initial = init_scale * generator.standard_normal(network.size)
                        yield {
                            "dataset": name,
                            "depth": depth,
                            "init_scale": init_scale,
                            "repetition": repetition,
                            **forms,
                            **_measure_flow(network, initial),
                        }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost: flows of a few hundred steps, some thousand on bad data."""
        flows = len(self.init_scale) * self.repetitions
        weights = sum(sizes[name].features + depth for name in self.dataset for depth in self.depth)
        return flows * Work(0.006 * weights, 20 * weights)


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict[str, Any]:
    """Return the measured columns of one flow."""
    from flatminima.sharpness import compute_sharpness
    from flatminima.theory.gradient_flow import FlowError, end_of_flow

    row = {
        "outcome": "not_converged",
        "initial_sharpness": compute_sharpness(network, initial).value,
    }
    try:
        end = end_of_flow(network, initial).parameters
    except FlowError:
        return row
    before, after = (_squared_norms(network, point) for point in (initial, end))
    change = np.diff(after) - np.diff(before)
    return row | {
        "outcome": "converged",
        "final_sharpness": compute_sharpness(network, end).value,
        "balance_change": float(np.abs(change).max() / after.sum()),
    }


def _squared_norms(network: LinearNetwork, point: np.ndarray) -> np.ndarray:
    """Return the squared norm of each layer, of the first in the rows of X, shape (L,)."""
    features = network.dataset.features
    rows = np.linalg.pinv(network.dataset.inputs) @ network.dataset.inputs
    return np.append(np.sum((rows @ point[:features]) ** 2), point[features:] ** 2)
