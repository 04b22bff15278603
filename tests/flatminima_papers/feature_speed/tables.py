"""Small measurements, each made once."""

from functools import cache

import pandas as pd

from flatminima_papers.feature_speed.measurements.speed_bound import SpeedBound
from flatminima_papers.feature_speed.measurements.speed_depth import SpeedDepth
from flatminima_papers.feature_speed.measurements.speed_identity import SpeedIdentity
from flatminima_papers.feature_speed.measurements.speed_recursion import SpeedRecursion
from flatminima_papers.feature_speed.measurements.speed_resnet import SpeedResnet
from flatminima_papers.feature_speed.measurements.speed_rules import SpeedRules
from flatminima_papers.feature_speed.measurements.speed_training import SpeedTraining
from tests.flatminima.cases import measured

BOTH = ("identity", "relu")
IDENTITY = SpeedIdentity((*BOTH, "gelu"), (2, 5), 6, 8, (0.001, 0.002, 0.004), 40)
BOUND = SpeedBound((*BOTH, "gelu"), (3,), (10, 24), 3, 4)
DEPTH = SpeedDepth(BOTH, (4000,), 30, 10)
RESNET = SpeedResnet(BOTH, ("half",), (1.0, 2.0), (10, 20, 40), (2000,), 12)
ONE = SpeedResnet(BOTH, ("one",), (1.0,), (160,), (2000,), 24)
RECURSION = SpeedRecursion(BOTH, (1.0, 4.0, 6.0), (200,))
RULES = SpeedRules((5, 10, 20), 1000, 10)
TRAINING = SpeedTraining((0.1, 0.4), (0.0, 0.5), 5, 8, 15, 0.01, 4000, 1e-4)


@cache
def table(measurement):
    return measured(measurement, {})


def together(*measurements):
    return pd.concat([table(one) for one in measurements], ignore_index=True)
