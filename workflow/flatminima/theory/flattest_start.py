"""Gradient descent from beside the flattest minimiser: what the critical rate says exactly.

That no start converges above 2 / S_min says nothing of the starts that do below: they need to
lie in a basin.  Beside the flattest minimiser there is no such question.  A step multiplies the
error along the sharpest direction by 1 - eta S, so that in n steps the excess risk changes by

    (1 - eta S_min)^(2 n) = (1 + 2 x)^(2 n)   at   eta = (1 + x) 2 / S_min:

it shrinks below the critical rate and grows above, to a few parts in ten thousand within some
thousand steps.
"""

import numpy as np

from flatminima.runs.training import every_start_at_every_rate, train
from flatminima.theory import closed_forms
from flatminima.theory.excess_risk import excess_risk
from flatminima.theory.linear_network import LinearNetwork

__all__ = ["excess_risk_factors"]


def excess_risk_factors(
    network: LinearNetwork,
    relative_rates: np.ndarray,
    noise: float,
    runs: int,
    steps: int,
    generator: np.random.Generator,
) -> np.ndarray:
    """Return by which factor gradient descent changes the excess risk beside the flattest point.

    Args:
        network: The network.
        relative_rates: Learning rates in units of 2 / S_min, shape (rates,).
        noise: Added to every entry of the flattest minimiser, standard deviation.
        runs: Independent starts, the same for all rates.
        steps: Of gradient descent.
        generator: Where the starts come from.

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
