"""What theory says of an experiment before it is trained."""

from collections.abc import Iterator, Mapping

import numpy as np

from flatminima.core.seeding import random_generator
from flatminima.datasets import Dataset, DatasetKind
from flatminima_study.planning.study import Experiment

__all__ = ["advise", "drawn_data"]

MOST = 4
"""How many critical rates a line names."""


def drawn_data(kinds: Mapping[str, DatasetKind], seed: int) -> Iterator[tuple[str, Dataset]]:
    """Yield the data of a study, as its jobs draw them; leave out what cannot be drawn.

    Args:
        kinds: The kinds of data, by name.
        seed: The seed of the study.
    """
    for name, kind in kinds.items():
        try:
            yield name, kind.draw(random_generator(seed, "dataset", name))
        except (OSError, ValueError):
            continue  # its job will say what is wrong with it


def advise(experiment: Experiment, data: Mapping[str, Dataset]) -> str:
    """Say at which learning rates no minimiser is stable, in an experiment on linear networks.

    Above 2 / S_min gradient descent converges from almost no start.  Above the critical rate of
    SGD, which is that of independent Gaussian batches here, no minimiser is stable in mean square;
    a few runs may still converge.

    Args:
        experiment: The experiment.
        data: Its data, by name.

    Returns:
        One line; an empty text if all rates are small enough, or theory does not cover the
        experiment.
    """
    decays = getattr(experiment.optimiser, "weight_decay", None)
    if "linear_theory" not in experiment.network.offers or decays:
        return ""
    parts = [
        f"{_listed(above)} above {rate:.4g} ({where})"
        for rate, where in _critical_rates(experiment, data)
        if (above := [one for one in experiment.learning_rates if one > rate])
    ]
    if not parts:
        return ""
    more = f"; and {len(parts) - MOST} more cases" if len(parts) > MOST else ""
    found = "; ".join(parts[:MOST])
    return f"{experiment.name}: by theory no minimiser is stable at {found}{more}."


def _critical_rates(
    experiment: Experiment, data: Mapping[str, Dataset]
) -> Iterator[tuple[float, str]]:
    """Yield each critical rate, and of what it is."""
    from flatminima.theory.closed_forms import critical_learning_rate
    from flatminima.theory.stochastic_rates import stochastic_critical_learning_rate

    for name, one in data.items():
        of_data = f" on {name}" if len(experiment.datasets) > 1 else ""
        problem = (one.covariance, one.minimum_norm_solution)
        for depth in (depth for depth in experiment.axes["depth"] if depth > 1):
            where = f"depth {depth}{of_data}"
            if experiment.optimiser.name() == "gradient_descent":
                yield critical_learning_rate(*problem, depth), f"2 / S_min, {where}"
            elif experiment.optimiser.name() == "sgd":
                for setting in experiment.optimiser.settings(one.samples):
                    size = setting.samples_of_a_step(one.samples)
                    if size < one.samples:
                        rate = stochastic_critical_learning_rate(*problem, depth, size)
                        yield rate, f"batches of {size}, {where}"


def _listed(rates: list[float]) -> str:
    """Write one rate, or the ends of several."""
    ends = np.unique([min(rates), max(rates)])
    if len(ends) == 1:
        return f"the learning rate {ends[0]:g}"
    return f"{len(rates)} learning rates from {ends[0]:g} to {ends[1]:g}"
