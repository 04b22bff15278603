"""Small measurements, each made once."""

from functools import cache

import pandas as pd

from flatminima_papers.bias_free.measurements.bias_free_capacity import BiasFreeCapacity
from flatminima_papers.bias_free.measurements.bias_free_chains import BiasFreeChains
from flatminima_papers.bias_free.measurements.bias_free_courses import BiasFreeCourses
from flatminima_papers.bias_free.measurements.bias_free_deep import BiasFreeDeep
from flatminima_papers.bias_free.measurements.bias_free_ends import BiasFreeEnds
from flatminima_papers.bias_free.measurements.bias_free_equivalence import BiasFreeEquivalence
from flatminima_papers.bias_free.measurements.bias_free_floor import BiasFreeFloor
from flatminima_papers.bias_free.measurements.bias_free_imbalance import BiasFreeImbalance
from tests.flatminima.cases import measured

CAPACITY = BiasFreeCapacity((2, 3), (0.0, 0.3), 6, 2)
FLOOR = BiasFreeFloor(("odd", "even", "half"), (2, 3), (20,), 8, 0.7, 0.05, 4000)
EQUIVALENCE = BiasFreeEquivalence(
    ("descent", "mirrored_batches", "unpaired_batches", "mirror_dropped", "even_targets"),
    (0.0, 0.3), (8,), (0.3, 0.7), 6, 0.05, 300, (0.001, 0.003, 0.01),
)  # fmt: skip
COURSES = BiasFreeCourses((0.0, 0.5), (0.005, 0.01, 0.02), 0.2, 1.2, 5, 4.0)
IMBALANCE = BiasFreeImbalance(
    ("random", "balanced", "paired"), (0.0,), (16,), (1e-4, 1e-3, 1e-2), 6, 5, 0.02
)
IMBALANCE_WIDTH = BiasFreeImbalance(("random",), (0.0,), (12, 36, 108), (1e-3,), 64, 5, 0.1)
ENDS = BiasFreeEnds(("squared",), (0.01, 0.03, 0.1), 4, 4, 6, 0.03, (1500,))
MARGINS = BiasFreeEnds(("logistic",), (0.1,), 2, 6, 3, 0.004, (100, 8000))
CHAINS = BiasFreeChains((2, 3, 4), (0.3,), 3, 5, 0.02, 200)
DEEP = BiasFreeDeep((0.02, 0.04, 0.08, 0.3), 24, 16, 5, 0.05, 2.0)


@cache
def table(measurement):
    return measured(measurement, {})


def together(*measurements):
    return pd.concat([table(one) for one in measurements], ignore_index=True)
