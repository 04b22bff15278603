"""Gradient descent from starts next to the flattest minimiser, where the critical rate is exact.

That no start converges above 2 / S_min does not say which starts converge below it: they must lie
in a basin.  Next to the flattest minimiser there is no such question.  A step multiplies the error
along the sharpest direction by 1 - eta S, so that n steps change the excess risk by the factor

    (1 - eta S_min)^(2 n) = (1 + 2 x)^(2 n)   at   eta = (1 + x) 2 / S_min.

It shrinks below the critical rate and grows above it.  Some thousand steps resolve the rate to a
few parts in ten thousand.
"""

import numpy as np

from flatminima.networks.linear.network import LinearNetwork
from flatminima.runs.training import every_start_at_every_rate, train
from flatminima.theory import closed_forms
from flatminima_papers.flat_minima.theory.excess_risk import excess_risk

__all__ = ["excess_risk_factors"]


def excess_risk_factors(
    network: LinearNetwork,
    relative_rates: np.ndarray,
    noise: float,
    runs: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return the factor by which gradient descent changes the excess risk near the flattest point.

    Args:
        network: The network.
        relative_rates: Learning rates in units of 2 / S_min, shape (rates,).
        noise: The standard deviation of the noise on every entry of the flattest minimiser.
        runs: Independent starts, the same for all rates.
        steps: Steps of gradient descent.
        generator: The source of the starts.

    Returns:
        (R(W_steps) - R_min) / (R(W_0) - R_min), shape (rates, runs); infinite if diverged.
    """
    problem = (network.dataset.covariance, network.dataset.minimum_norm_solution)
    projection = network.projection if len(network.projection) > 1 else None
    flattest = closed_forms.flattest_minimiser(*problem, network.layer_shapes, projection)
    critical = closed_forms.critical_learning_rate(*problem, network.depth)
    starts = flattest[:, None] + noise * generator.standard_normal((network.size, runs))
    batch, optimiser = every_start_at_every_rate(network, starts, critical * relative_rates)
    result = train(network, batch, optimiser, steps)
    factors = excess_risk(network, result.parameters) / excess_risk(network, batch)
    factors[result.diverged_at >= 0] = np.inf
    return factors.reshape(len(relative_rates), runs)
