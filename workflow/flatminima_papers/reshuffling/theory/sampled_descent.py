"""Many runs of stochastic gradient descent from one point, with batches of any sampling.

Minibatches are an array (steps, b, runs) of samples.  With `reshuffled` every run takes each sample
once, in its own order.  With `drawn` each draw can be any sample.  For small sizes there are also
all possible batches, with equal probabilities, so that a mean over them is exact.
"""

from collections.abc import Iterable
from itertools import permutations

import numpy as np

from flatminima_papers.reshuffling.theory.sample_risks import SampleRisks

__all__ = [
    "all_draws",
    "all_orders",
    "descend",
    "descend_with_noise",
    "drawn",
    "everything",
    "reshuffled",
]


def reshuffled(
    samples: int, batch_size: int, runs: int, generator: np.random.Generator
) -> np.ndarray:
    """Return the batches of an epoch of sampling without replacement.

    Args:
        samples: n, a multiple of the batch size.
        batch_size: b.
        runs: The number of runs.
        generator: The source of the orders.

    Returns:
        Samples (n / b, b, runs).
    """
    order = np.repeat(np.arange(samples)[:, None], runs, axis=1)
    return generator.permuted(order, axis=0).reshape(-1, batch_size, runs)


def drawn(samples: int, batch_size: int, runs: int, generator: np.random.Generator) -> np.ndarray:
    """Return the batches of n / b steps of sampling with replacement; see `reshuffled`."""
    return generator.integers(samples, size=(samples // batch_size, batch_size, runs))


def all_orders(samples: int, batch_size: int) -> np.ndarray:
    """Return the n! epochs without replacement, (n / b, b, n!)."""
    orders = np.array(list(permutations(range(samples)))).T
    return orders.reshape(-1, batch_size, orders.shape[1])


def all_draws(samples: int, batch_size: int) -> np.ndarray:
    """Return the n^n epochs with replacement, (n / b, b, n^n)."""
    return np.indices((samples,) * samples).reshape(-1, batch_size, samples**samples)


def everything(risks: SampleRisks, steps: int) -> np.ndarray:
    """Return the batches of gradient descent: all samples in each step."""
    return np.broadcast_to(np.arange(risks.samples)[:, None], (steps, risks.samples, 1))


def descend(
    risks: SampleRisks, start: np.ndarray, batches: np.ndarray, learning_rate: float
) -> np.ndarray:
    """Take a step theta - eta (mean gradient of the batch) for each batch of each run.

    Args:
        risks: The risks of the samples.
        start: One column per run (p, runs).
        batches: Samples (steps, b, runs).
        learning_rate: eta.

    Returns:
        The end of each run (p, runs), not finite where it diverged.
    """
    parameters = start
    with np.errstate(over="ignore", invalid="ignore"):
        for chosen in batches:
            parameters = parameters - learning_rate * risks.gradients(parameters, chosen).mean(1)
    return parameters


def descend_with_noise(
    risks: SampleRisks,
    start: np.ndarray,
    normals: Iterable[np.ndarray],
    batch_size: int,
    learning_rate: float,
) -> np.ndarray:
    """Take steps of gradient descent with Gaussian noise that has the covariance of batches.

    A step is theta - eta (grad R + sum_z e_z (grad R_z - grad R) / sqrt(n b)) with standard normal
    e_z. At every point its noise has the covariance Cov_z(grad R_z) / b, like that of b samples
    drawn with replacement.

    Args:
        risks: The risks of the samples.
        start: One column per run (p, runs).
        normals: The e_z (n, runs) of each step.
        batch_size: b.
        learning_rate: eta.

    Returns:
        The end of each run (p, runs), not finite where it diverged.
    """
    (samples,) = everything(risks, 1)
    parameters = start
    with np.errstate(over="ignore", invalid="ignore"):
        for normal in normals:
            gradients = risks.gradients(parameters, samples)
            weights = (normal - normal.mean(0)) / np.sqrt(risks.samples * batch_size)
            step = gradients.mean(1) + np.einsum("pnr,nr->pr", gradients, weights)
            parameters = parameters - learning_rate * step
    return parameters
