"""A small measurement of every kind of the paper, each made once."""

from functools import cache

import pandas as pd

from flatminima_papers.mirror_decay.measurements.decay_control import DecayControl
from flatminima_papers.mirror_decay.measurements.decay_critical import DecayCritical
from flatminima_papers.mirror_decay.measurements.decay_descent import DecayDescent
from flatminima_papers.mirror_decay.measurements.decay_dose import DecayDose
from flatminima_papers.mirror_decay.measurements.decay_identity import DecayIdentity
from flatminima_papers.mirror_decay.measurements.decay_lasso import DecayLasso
from flatminima_papers.mirror_decay.measurements.decay_path import DecayPath
from flatminima_papers.mirror_decay.measurements.decay_position import DecayPosition
from flatminima_papers.mirror_decay.measurements.decay_potential import DecayPotential
from flatminima_papers.mirror_decay.measurements.decay_range import DecayRange
from flatminima_papers.mirror_decay.measurements.decay_schedule import DecaySchedule
from flatminima_papers.mirror_decay.measurements.decay_sharpness import DecaySharpness
from flatminima_papers.mirror_decay.measurements.decay_switch import DecaySwitch
from tests.flatminima.cases import measured

WIDE = {"samples": 3, "features": 7}
DECAY = {"dose": 0.7, "duration": 4.0}

SMALL = {
    "decay_identity": [
        DecayIdentity(**WIDE, problems=2, depth=(2, 3), scale=0.7, dose=(0.7,), duration=4.0)
    ],
    "decay_schedule": [DecaySchedule(**WIDE, problems=2, depth=(2, 3), scale=1.0, **DECAY)],
    "decay_control": [
        DecayControl(
            **WIDE, model=("two_layers", "sensing"), width=3, problems=1, scale=0.5, **DECAY
        )
    ],
    "decay_path": [DecayPath(**WIDE, width=3, scale=0.7, **DECAY, time=12.0, points=5)],
    "decay_dose": [
        DecayDose(
            samples=8, features=16, relevant=2, problems=1, depth=(2, 3), scale=1.0,
            dose=(0.0, 0.5, 1.0, 2.0, 5.0), rate=1.0, followed=0.5,
        )
    ],
    "decay_position": [
        DecayPosition(
            samples=8, features=20, problems=3, depth=(2, 3, 4), scale=0.7,
            dose=(0.0, 2.0, 4.0, 7.0),
        )
    ],
    "decay_sharpness": [
        DecaySharpness(
            samples=20, features=4, noise=0.3, problems=2, depth=(2, 3), scale=1.0,
            dose=(0.0, 1.0, 2.0),
        )
    ],
    "decay_potential": [
        DecayPotential(depth=(2, 3), scale=1.0, dose=(0.0, 1.0, 2.0, 4.0), points=10)
    ],
    "decay_range": [DecayRange(samples=5, features=8, problems=2, rate=0.05, points=9)],
    "decay_critical": [
        DecayCritical(
            **WIDE, problems=1, depth=(2, 3), scale=(0.02,), relative_decay=(0.9, 0.95, 1.05, 1.2)
        )
    ],
    "decay_lasso": [
        DecayLasso(**WIDE, problems=2, scale=0.5, decay=(0.1, 0.3), duration=200.0)
    ],
    "decay_descent": [
        DecayDescent(
            samples=8, features=20, problems=5, depth=(2,), scale=0.7, **DECAY, time=40.0,
            learning_rate=(0.01, 0.02, 0.04),
        )
    ],
    "decay_switch": [
        DecaySwitch(
            samples=20, features=40, relevant=3, noise=(0.0, 0.5), problems=8, scale=1.0,
            dose=(0.0, 2.0, 4.0), decay=(0.003, 0.03, 0.1, 0.3),
        )
    ],
}  # fmt: skip


@cache
def table(kind):
    """Return the tables of a kind, one below the other."""
    return pd.concat([measured(one, {}) for one in SMALL[kind]], ignore_index=True)
