"""Runs of gradient descent on linear networks f = F/gamma, or (F - F_0)/gamma, at many rates."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.runs.training import every_start_at_every_rate, train
from flatminima_papers.feature_strength.theory.output_scale import (
    minimal_sharpness_at,
    scaled_problem,
    start_curvature,
)

__all__ = ["LinearRun", "linear_run"]


@dataclass(frozen=True)
class LinearRun:
    """A start at one gamma, trained by the compiled steps of F on the scaled problem.

    Attributes:
        network: F on the scaled problem.
        start: W_0, shape (size,).
        strength: gamma.
        target_power: E[y^2] of f.
    """

    network: LinearNetwork
    start: np.ndarray
    strength: float
    target_power: float

    @property
    def minimal_sharpness(self) -> float:
        """S_min in f."""
        return minimal_sharpness_at(self.network.dataset, self.network.depth, self.strength)

    @property
    def start_curvature(self) -> float:
        """The sharpness in f of the Gauss-Newton part at the start."""
        jacobian = np.concatenate(
            [
                np.einsum("i,nj->nij", above, below).reshape(len(below), -1)
                for above, below in self._sides()
            ],
            axis=1,
        )
        return start_curvature(jacobian, self.strength)

    def shares(
        self, learning_rates: np.ndarray, steps: int, watched: Collection[int] = ()
    ) -> np.ndarray:
        """Return the risk over E[y^2] at the end of a run at each rate; infinite if diverged.

        Args:
            learning_rates: eta, of f.
            steps: How many.
            watched: Steps at which the risk is wanted instead of that at the end.

        Returns:
            Shape (rates,), or (watched steps, rates).
        """
        batch, optimiser = every_start_at_every_rate(
            self.network, self.start[:, None], learning_rates / self.strength**2
        )
        seen = []

        def observe(step: int, parameters: np.ndarray, alive: np.ndarray) -> None:
            del step
            seen.append(self.share(parameters, alive))

        result = train(
            self.network, batch, optimiser, steps, recorded_steps=watched, observe=observe
        )
        if len(watched):
            return np.array(seen)
        return self.share(result.parameters, result.diverged_at < 0)

    def end(self, learning_rate: float, steps: int) -> np.ndarray:
        """Return the weights at the end of a run, shape (size,); NaN if it diverged."""
        batch, optimiser = every_start_at_every_rate(
            self.network, self.start[:, None], np.array([learning_rate / self.strength**2])
        )
        return train(self.network, batch, optimiser, steps).parameters[:, 0]

    def share(self, parameters: np.ndarray, alive: np.ndarray) -> np.ndarray:
        """Return the excess risk of f over E[y^2] of some runs; infinite of those that diverged.

        Args:
            parameters: Shape (size, runs).
            alive: Which runs have not diverged, (runs,).
        """
        data = self.network.dataset
        shares = np.full(len(alive), np.inf)
        error = self.network.product(parameters[:, alive]) - data.minimum_norm_solution[:, None]
        excess = np.einsum("ib,ij,jb->b", error, data.covariance, error)
        shares[alive] = excess / self.strength**2 / self.target_power
        return shares

    def _sides(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each layer what follows it, (rows,), and its inputs, (n, columns)."""
        from flatminima.networks import split_layers

        layers = split_layers(self.start[:, None], self.network.layer_shapes)
        below = [self.network.dataset.inputs]
        for layer in layers[:-1]:
            below.append(below[-1] @ layer[:, :, 0].T)
        above = [np.ones(1)]
        for layer in reversed(layers[1:]):
            above.insert(0, layer[:, :, 0].T @ above[0])
        return list(zip(above, below, strict=True))


def linear_run(
    dataset: Dataset, depth: int, width: int, start: np.ndarray, strength: float, *, centred: bool
) -> LinearRun:
    """Return a start at one gamma.

    Args:
        dataset: The data of f.
        depth: L.
        width: Of the hidden layers.
        start: W_0, shape (size,).
        strength: gamma.
        centred: Whether f is zero at the start.
    """
    outputs = LinearNetwork(dataset, depth, width).predict(start[:, None], dataset.inputs)[:, 0]
    problem = scaled_problem(dataset, strength, outputs if centred else None)
    network = LinearNetwork(problem, depth, width)
    return LinearRun(network, start, strength, float(np.mean(dataset.targets**2)))
