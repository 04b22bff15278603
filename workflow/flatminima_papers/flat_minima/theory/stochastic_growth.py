"""The growth of the second moment of SGD's error, measured on runs of the network itself.

Rare runs carry the second moment, above all with small batches.  A plain mean over runs would miss
them.  So populations of runs are resampled after every few steps: each run is replaced by copies in
proportion to the factor by which its excess risk grew.  The mean of these factors estimates the
growth of E[excess risk], and the population follows the runs that carry it (sequential Monte Carlo;
Del Moral 2004).  All runs are then scaled back next to the minimiser, where SGD is linear.
"""

from collections.abc import Callable

import numpy as np

from flatminima.networks import split_layers
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.flat_minima.theory.excess_risk import excess_risk

__all__ = [
    "BatchGradient",
    "epochs_of_samples",
    "fresh_samples",
    "independent_samples",
    "second_moment_growth",
    "stochastic_step",
]

BatchGradient = Callable[[np.ndarray], np.ndarray]
"""From errors w - w*, shape (d, runs), to the gradients of the risks of new batches."""

DISTANCE = 1e-7
"""The distance of the runs from the minimiser, where SGD is linear."""


def fresh_samples(
    root: np.ndarray, batch_size: int, generator: np.random.Generator
) -> BatchGradient:
    """Return gradients of batches of new Gaussian inputs without label noise.

    For standard normal inputs z and an error of length r in the direction v, the sum of z z^T v r
    over the batch has the law r (X^2 v + X y), where X^2 is chi-squared with b degrees of freedom
    and y is standard normal and orthogonal to v.

    Args:
        root: A of shape (rank, d) with A^T A = Sigma.
        batch_size: b.
        generator: The source of random numbers.
    """

    def gradient(errors: np.ndarray) -> np.ndarray:
        sent = root @ errors
        lengths = np.linalg.norm(sent, axis=0)
        units = sent / lengths
        across = generator.standard_normal(sent.shape)
        across -= units * (units * across).sum(axis=0)
        squares = generator.chisquare(batch_size, lengths.shape)
        return root.T @ (2 / batch_size * lengths * (squares * units + np.sqrt(squares) * across))

    return gradient


def independent_samples(
    inputs: np.ndarray, batch_size: int, replaced: bool, generator: np.random.Generator
) -> BatchGradient:
    """Return gradients of independent batches of the given inputs without label noise.

    Args:
        inputs: Shape (n, d).
        batch_size: b.
        replaced: Whether the samples of a batch are independent too, or different ones.
        generator: The source of random numbers.
    """
    samples = len(inputs)

    def gradient(errors: np.ndarray) -> np.ndarray:
        runs = errors.shape[1]
        if replaced:
            rows = generator.integers(samples, size=(runs, batch_size))
        else:
            rows = generator.random((runs, samples)).argpartition(batch_size - 1)[:, :batch_size]
        return _gradient_on(inputs[rows], errors)

    return gradient


def epochs_of_samples(
    inputs: np.ndarray, batch_size: int, generator: np.random.Generator
) -> BatchGradient:
    """Return gradients of the batches of epochs: each permutes the inputs and uses them once.

    The batches of a run are those of its place among the runs, so runs may be reordered after
    whole epochs only. Arguments as for `independent_samples`.
    """
    samples = len(inputs)
    batches: list[np.ndarray] = []

    def gradient(errors: np.ndarray) -> np.ndarray:
        if not batches:
            orders = generator.random((errors.shape[1], samples)).argsort(axis=1)
            whole = samples // batch_size * batch_size
            batches.extend(np.split(orders[:, :whole], samples // batch_size, axis=1))
        return _gradient_on(inputs[batches.pop()], errors)

    return gradient


def stochastic_step(
    network: LinearNetwork, parameters: np.ndarray, learning_rate: float, gradient: BatchGradient
) -> np.ndarray:
    """Return the parameters of all runs after a step of SGD on a new batch for each.

    Args:
        network: The network.
        parameters: Shape (size, runs).
        learning_rate: eta.
        gradient: The gradients of the batches in the product.
    """
    errors = network.product(parameters) - network.dataset.minimum_norm_solution[:, None]
    return parameters - learning_rate * _pulled_back(network, parameters, gradient(errors))


def second_moment_growth(
    network: LinearNetwork,
    minimiser: np.ndarray,
    learning_rate: float,
    gradient: BatchGradient,
    *,
    populations: int,
    size: int,
    rounds: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the logarithm of the factor by which E[excess risk] grows in a step of SGD.

    Args:
        network: The network.
        minimiser: The parameters of the minimiser, shape (its size,).
        learning_rate: eta.
        gradient: The gradients of the batches.
        populations: How many populations are followed, for as many independent estimates.
        size: The number of runs in each.
        rounds: How often they are resampled. The first half of the rounds, in which the runs find
            the directions that grow, is left out.
        steps: Steps between two resamplings.
        generator: The source of the starts and of the resampling.

    Returns:
        An estimate from each population; NaN if the error overflows between two resamplings.
    """
    runs = populations * size
    directions = generator.standard_normal((network.dataset.features, runs))
    moves = _pulled_back(network, np.repeat(minimiser[:, None], runs, axis=1), directions)
    growths = []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(rounds):
            # The moves never leave the directions that change the product, to first order.
            parameters = minimiser[:, None] + DISTANCE * moves / np.linalg.norm(moves, axis=0)
            before = excess_risk(network, parameters)
            for _ in range(steps):
                parameters = stochastic_step(network, parameters, learning_rate, gradient)
            factors = (excess_risk(network, parameters) / before).reshape(populations, size)
            growths.append(np.log(factors.mean(axis=1)) / steps)
            chosen = _resampled(factors, generator)
            moves = parameters[:, chosen] - minimiser[:, None]
    return np.mean(growths[rounds // 2 :], axis=0)


def _resampled(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the runs that go on: copies in proportion to the factors, within each population.

    Systematic resampling copies each run its expected number of times, up to rounding.

    Args:
        factors: Shape (populations, size).
        generator: The source of random numbers.
    """
    populations, size = factors.shape
    shares = np.cumsum(factors, axis=1) / factors.sum(axis=1, keepdims=True)
    places = (np.arange(size) + generator.random((populations, 1))) / size
    chosen = [
        first + np.minimum(np.searchsorted(*pair), size - 1)
        for first, *pair in zip(range(0, factors.size, size), shares, places, strict=True)
    ]
    return np.concatenate(chosen)


def _gradient_on(batches: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return the gradients on inputs of shape (runs, b, d), shape (d, runs)."""
    residuals = batches @ errors.T[:, :, None]
    return (2 / batches.shape[1] * (batches.transpose(0, 2, 1) @ residuals))[:, :, 0].T


def _pulled_back(network: LinearNetwork, parameters: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Return the gradient in all layers, u_k (A_(k-1) v)^T, if v is that in the product.

    Args:
        network: The network.
        parameters: Shape (size, runs).
        v: Shape (d, runs).
    """
    layers = split_layers(parameters, network.layer_shapes)
    after = [np.repeat(network.projection[:, None], parameters.shape[1], axis=1)]
    for W in reversed(layers[1:]):
        after.insert(0, (W * after[0][:, None]).sum(axis=0))
    result = np.empty_like(parameters)
    for W, u, out in zip(layers, after, split_layers(result, network.layer_shapes), strict=True):
        np.multiply(u[:, None], v, out=out)
        v = (W * v).sum(axis=1)
    return result
