"""Brackets of the critical learning rate from beside the flattest minimiser."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from flatminima import theory
from flatminima.covariances import condition_number
from flatminima.datasets import Dataset
from flatminima.flattest_start import excess_risk_factors
from flatminima.identities import NetworkSpecification
from flatminima.runs import build_network
from flatminima.seeding import random_generator
from flatminima.starts import NETWORK_COLUMNS, network_columns

__all__ = ["FLATTEST_START_COLUMNS", "measure_flattest_start"]

FLATTEST_START_COLUMNS = NETWORK_COLUMNS | {
    "condition_number": "float64",
    "noise": "float64",
    "runs": "int64",
    "steps": "int64",
    "all_converge": "float64",
    "none_converges": "float64",
    "largest_factor_below": "float64",
    "smallest_factor_above": "float64",
    "exact_critical_rate": "float64",
    "paper_critical_rate": "float64",
}
"""The columns of `measure_flattest_start`.

`all_converge` and `none_converges` are the ends of the bracket, `largest_factor_below` and
`smallest_factor_above` the factors of the excess risk there.
"""

CONVERGED = 1e-3
"""A run converges if its excess risk shrinks by this factor, and does not if it grows at all."""


def measure_flattest_start(
    dataset: Dataset,
    dataset_name: str,
    specification: NetworkSpecification,
    offsets: Sequence[float],
    noise: float,
    runs: int,
    steps: int,
    *,
    experiment: str,
    study_seed: int,
) -> pd.DataFrame:
    """Bracket the critical rate by runs that start beside the flattest minimiser (this study).

    Args:
        dataset: The data.
        dataset_name: Its name.
        specification: The network.
        offsets: Values of x > 0: rates are (1 - x) and (1 + x) times 2 / S_min.
        noise: The starts' distance from the flattest minimiser, in every entry.
        runs: Runs a rate.
        steps: Of gradient descent.
        experiment: The name of the experiment.
        study_seed: The seed of the study.

    Returns:
        One row, with `FLATTEST_START_COLUMNS`: the largest rate at which all runs converge, as
        at every one below; the smallest at which none does, as at every one above; NaN if there
        is no such rate.
    """
    network = build_network(specification, dataset, study_seed, experiment)
    problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
    critical = theory.critical_learning_rate(*problem)
    identity = (experiment, dataset_name, *vars(specification).values())
    generator = random_generator(study_seed, "flattest_start", *identity)
    x = np.sort(offsets)
    relative_rates = np.concatenate([1 - x[::-1], 1 + x])
    factors = excess_risk_factors(network, relative_rates, noise, runs, steps, generator)
    row = network_columns(specification, experiment, dataset_name) | {
        "condition_number": condition_number(dataset.covariance),
        "noise": noise,
        "runs": runs,
        "steps": steps,
        "exact_critical_rate": critical,
        "paper_critical_rate": theory.paper_critical_learning_rate(*problem),
    }
    converge = np.cumprod((factors <= CONVERGED).all(axis=1))
    if converge[0]:
        last = np.flatnonzero(converge)[-1]
        row["all_converge"] = critical * relative_rates[last]
        row["largest_factor_below"] = factors[last].max()
    fail = np.cumprod((factors > 1).all(axis=1)[::-1])[::-1]
    if fail[-1]:
        first = np.flatnonzero(fail)[0]
        row["none_converges"] = critical * relative_rates[first]
        row["smallest_factor_above"] = factors[first].min()
    table = pd.DataFrame([row], columns=list(FLATTEST_START_COLUMNS))
    return table.astype(FLATTEST_START_COLUMNS)
