"""Every measurement of the theory by the name of its kind, over lists of data and networks.

A measurement is a table; what is judged of it, `flatminima.claims` says.
"""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import pandas as pd

from flatminima import claims, theory
from flatminima.critical_rate import bracket_critical_rate, measure_convergence
from flatminima.datasets import Dataset
from flatminima.descent_measurements import measure_descents, measure_imbalance_drift
from flatminima.flow_measurements import measure_flow_path, measure_flows
from flatminima.identities import NetworkSpecification
from flatminima.minimiser_measurements import measure_minimal_sharpness, measure_rescaling
from flatminima.product_measurements import measure_partial_products

__all__ = ["bracket_all", "judge", "measure"]

Datasets = Mapping[str, Dataset]
Parameters = Mapping[str, Any]


def measure(name: str, parameters: Parameters, datasets: Datasets, study_seed: int) -> pd.DataFrame:
    """Make one measurement.

    Args:
        name: Its name: the ``experiment`` of its rows, part of every run's identity.
        parameters: ``kind`` and what that kind needs, lists written out.
        datasets: The data it names.
        study_seed: The seed of the study.

    Returns:
        The table of the kind's function, one part after the other.
    """
    parts = _KINDS[parameters["kind"]](name, parameters, datasets, study_seed)
    return pd.concat(parts, ignore_index=True)


def bracket_all(tables: list[pd.DataFrame], datasets: Datasets) -> pd.DataFrame:
    """Reduce tables of the kind ``critical_rate`` to brackets, one a network."""
    network = ["experiment", "dataset", "initialisation", "depth", "width"]
    return pd.concat(
        [
            bracket_critical_rate(datasets[key[1]], group)
            for table in tables
            for key, group in table.groupby(network)
        ],
        ignore_index=True,
    )


def judge(tables: Mapping[str, list[pd.DataFrame]], brackets: pd.DataFrame) -> pd.DataFrame:
    """Judge all measurements.

    Args:
        tables: The measurements by their kind.
        brackets: From `bracket_all`; empty if there is no measurement of that kind.

    Returns:
        A row a claim, with `flatminima.claims.CLAIM_COLUMNS`.
    """
    judges = {
        "minimal_sharpness": claims.minimal_sharpness_claims,
        "rescaling": claims.rescaling_claims,
        "flow": claims.flow_claims,
        "drift": claims.drift_claims,
        "products": claims.product_claims,
        "critical_rate": lambda table: claims.critical_rate_claims(table, brackets),
        "descent": claims.descent_claims,
    }
    return pd.concat(
        [judges[kind](pd.concat(tables[kind])) for kind in judges if tables.get(kind)],
        ignore_index=True,
    )


def _networks(parameters: Parameters, datasets: Datasets):
    """Go through all data and linear networks of a measurement."""
    for dataset, initialisation, depth in product(
        parameters["dataset"], parameters["initialisation"], parameters["depth"]
    ):
        for width in parameters.get("width", [datasets[dataset].features]):
            specification = NetworkSpecification("linear", initialisation, depth, width)
            yield datasets[dataset], dataset, specification


def _minimal_sharpness(name, parameters, datasets, study_seed):
    for dataset, depth in product(parameters["dataset"], parameters["depth"]):
        yield measure_minimal_sharpness(
            datasets[dataset],
            dataset,
            depth,
            restarts=parameters["restarts"],
            study_seed=study_seed,
        )


def _rescaling(name, parameters, datasets, study_seed):
    for dataset, depth in product(parameters["dataset"], parameters["depth"]):
        yield measure_rescaling(datasets[dataset], dataset, depth, parameters["factors"])


def _flow(name, parameters, datasets, study_seed):
    for network in _networks(parameters, datasets):
        yield measure_flows(
            *network,
            parameters["init_scale"],
            parameters["repetitions"],
            experiment=name,
            study_seed=study_seed,
        )


def _flow_path(name, parameters, datasets, study_seed):
    for network in _networks(parameters, datasets):
        for init_scale in parameters["init_scale"]:
            for repetition in range(parameters["repetitions"]):
                yield measure_flow_path(
                    *network, init_scale, repetition, experiment=name, study_seed=study_seed
                )


def _drift(name, parameters, datasets, study_seed):
    for network in _networks(parameters, datasets):
        for init_scale in parameters["init_scale"]:
            yield measure_imbalance_drift(
                *network,
                parameters["learning_rate"],
                init_scale,
                parameters["repetitions"],
                parameters["time"],
                experiment=name,
                study_seed=study_seed,
            )


def _products(name, parameters, datasets, study_seed):
    for depth, width, init_scale in product(
        parameters["depth"], parameters["width"], parameters["init_scale"]
    ):
        yield measure_partial_products(
            depth, width, init_scale, parameters["draws"], study_seed=study_seed
        )


def _critical_rate(name, parameters, datasets, study_seed):
    for network in _networks(parameters, datasets):
        for init_scale in parameters["init_scale"]:
            yield measure_convergence(
                *network,
                init_scale,
                parameters["repetitions"],
                parameters["steps"],
                lowest=parameters["lowest"],
                highest=parameters["highest"],
                experiment=name,
                study_seed=study_seed,
            )


def _descent(name, parameters, datasets, study_seed):
    for dataset, dataset_name, specification in _networks(parameters, datasets):
        critical = theory.critical_learning_rate(
            dataset.covariance, dataset.minimum_norm_solution, specification.depth
        )
        yield measure_descents(
            dataset,
            dataset_name,
            specification,
            [critical * rate for rate in parameters["relative_rate"]],
            parameters["init_scale"],
            parameters["repetitions"],
            parameters["steps"],
            experiment=name,
            study_seed=study_seed,
        )


_KINDS: dict[str, Callable] = {
    "minimal_sharpness": _minimal_sharpness,
    "rescaling": _rescaling,
    "flow": _flow,
    "flow_path": _flow_path,
    "drift": _drift,
    "products": _products,
    "critical_rate": _critical_rate,
    "descent": _descent,
}
