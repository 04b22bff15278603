"""Small measurements, each made once."""

from functools import cache

import numpy as np
import pandas as pd

from flatminima.datasets.gaussian import gaussian_dataset
from flatminima_papers.feature_strength.measurements.strength_catapult import StrengthCatapult
from flatminima_papers.feature_strength.measurements.strength_closure import StrengthClosure
from flatminima_papers.feature_strength.measurements.strength_critical import StrengthCritical
from flatminima_papers.feature_strength.measurements.strength_curves import StrengthCurves
from flatminima_papers.feature_strength.measurements.strength_identities import StrengthIdentities
from flatminima_papers.feature_strength.measurements.strength_perceptrons import (
    StrengthPerceptrons,
)
from flatminima_papers.feature_strength.measurements.strength_plane import StrengthPlane
from flatminima_papers.feature_strength.measurements.strength_sharpness import StrengthSharpness
from tests.flatminima.cases import measured

DATASETS = {
    "d": gaussian_dataset(50, 5, 0.0, np.random.default_rng(0)),
    "few": gaussian_dataset(10, 3, 0.0, np.random.default_rng(1)),
}
D = ("d",)
IDENTITIES = StrengthIdentities(
    ("identity", "relu", "gelu"), ("rate", "start"), (2,), (0.01, 1.0, 100.0), 8, (2, 8), 0.05, 100
)
SHARPNESS = StrengthSharpness(D, (2, 3), 6, 0.4, (1e-3, 1.0, 1e3, 1e4, 1e5), 2, 0.1, 12000)
CRITICAL = StrengthCritical(
    D, (2, 3), 6, 0.4, ("plain", "centred"),
    (1e-4, 1e-3, 1e-2, 0.3, 1.0, 3.0, 100.0, 1e3, 1e4), 1, 4000,
)  # fmt: skip
PLANE = StrengthPlane(
    D, 3, 6, 0.4, tuple(np.geomspace(1e-2, 1e5, 15)), tuple(np.geomspace(1e-5, 1e4, 37)), 500
)
CATAPULT = StrengthCatapult(
    (1e-4, 1e-3, 1e-2), (1.0, 2.5, 3.0, 3.5, 3.99, 4.01, 4.5), 3, 0.5, 2, 1500
)
PERCEPTRONS = StrengthPerceptrons(
    ("few",), ("identity", "relu", "gelu"), (2,), 6, (1e-4, 1e-3, 1e-2, 1e-1), (10,), 1, 500
)
BATCHES = StrengthPerceptrons(("few",), ("relu",), (2,), 6, (10.0, 1e2, 1e3), (2, 10), 1, 500)
CURVES = StrengthCurves(D, (2, 3), 6, 0.4, (1e3, 1e4, 1e5, 1e6), 0.1, 4000)
CLOSURE = StrengthClosure(D, (3,), 6, 0.4, (100,), (0.3, 0.6, 1.0, 1.5))


@cache
def table(measurement):
    return measured(measurement, DATASETS)


def together(*measurements):
    return pd.concat([table(one) for one in measurements], ignore_index=True)
