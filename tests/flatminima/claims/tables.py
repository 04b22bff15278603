"""Small measurements to be judged, each made once, and their verdicts."""

from functools import cache

import numpy as np
import pandas as pd

from flatminima.claims import CLAIM_COLUMNS, judge
from flatminima.columns import typed
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.measurements.critical_rate import CriticalRate
from flatminima.measurements.descent import Descent
from flatminima.measurements.drift import Drift
from flatminima.measurements.flow import Flow
from flatminima.measurements.minimal_sharpness import MinimalSharpness
from flatminima.measurements.products import Products
from flatminima.measurements.rescaling import Rescaling
from flatminima.theory.closed_forms import critical_learning_rate

from ..cases import measured

DATASETS = {"d": gaussian_dataset(40, 3, 1.0, np.random.default_rng(0))}
NAMES, ZERO = ("d",), ("one_layer_zero",)


def judged(kind, table, reduced=None):
    """Return the verdicts on measurements of one kind, by claim."""
    claims = judge("p", {kind: table}, {} if reduced is None else {kind: reduced})
    assert {name: str(dtype) for name, dtype in claims.dtypes.items()} == typed(CLAIM_COLUMNS)
    assert (claims["paper"] == "p").all()
    assert claims["claim"].is_unique
    return claims.set_index("claim")


def measured_together(*measurements):
    """Return the tables of several measurements, one below the other."""
    return pd.concat([measured(one, DATASETS) for one in measurements], ignore_index=True)


@cache
def minimal_sharpnesses():
    return measured_together(
        MinimalSharpness(NAMES, (2,), restarts=2), MinimalSharpness(NAMES, (9,), restarts=0)
    )


@cache
def rescalings():
    return measured(Rescaling(NAMES, (3,), tuple(np.geomspace(1, 1e4, 9))), DATASETS)


@cache
def flows():
    return measured_together(
        Flow(NAMES, ZERO, (3, 4, 6, 8), (0.001, 0.3), 2),
        Flow(NAMES, ("residual",), (3, 4, 6, 8), (0.25,), 2),
    )


@cache
def products():
    return measured(Products((4, 8, 16, 32), (8, 48), (0.5,), 8), {})


@cache
def drifts():
    return measured(
        Drift(NAMES, ZERO, (3,), (0.002, 0.004, 0.008, 0.032), (0.3,), 2, 2.0), DATASETS
    )


@cache
def critical_rates():
    """Return the table and what it is reduced to."""
    critical = critical_learning_rate(*_problem(), 3)
    table = measured(
        CriticalRate(
            *(NAMES, ("gaussian",), (3,), (0.2,), 4, (500, 6000)),
            lowest=critical / 2,
            highest=1.4 * critical,
        ),
        DATASETS,
    )
    return table, CriticalRate.reduce(table, DATASETS)


@cache
def descents():
    return measured(Descent(NAMES, ZERO, (3,), (0.1, 0.5), (0.03, 0.1), 2, 5000), DATASETS)


def _problem():
    return DATASETS["d"].covariance, DATASETS["d"].minimum_norm_solution
