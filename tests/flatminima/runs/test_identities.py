from dataclasses import replace

import numpy as np
import pytest

from flatminima.core.seeding import random_generator
from flatminima.runs.identities import RunIdentity

RUN = RunIdentity("gaussian", "overdetermined", 10, 5, 0.1, 0.35, 3)


def draws(run, seed=0):
    return run.generator(seed).integers(2**63, size=4).tolist()


def test_a_run_has_its_own_stream():
    assert draws(RUN) == draws(replace(RUN))
    assert draws(RUN) != draws(RUN, seed=1)


@pytest.mark.parametrize("field", RunIdentity.__dataclass_fields__)
def test_every_part_of_the_identity_counts(field):
    value = getattr(RUN, field)
    if isinstance(value, tuple):
        other = (*value, "momentum", 0.9)
    else:
        other = value + "x" if isinstance(value, str) else value + type(value)(1)
    assert draws(replace(RUN, **{field: other})) != draws(RUN)


@pytest.mark.parametrize("field", ["learning_rate", "init_scale"])
def test_the_last_bit_of_a_number_counts(field):
    neighbour = float(np.nextafter(getattr(RUN, field), 1))
    assert draws(replace(RUN, **{field: neighbour})) != draws(RUN)


def test_experiment_and_dataset_do_not_trade_places():
    swapped = replace(RUN, experiment=RUN.dataset, dataset=RUN.experiment)
    assert draws(swapped) != draws(RUN)


def test_gradient_descent_is_not_named():
    # Runs of before there was another optimiser keep their random numbers.
    before = random_generator(5, "run", "gaussian", "overdetermined", 10, 5, 0.1, 0.35, 3)
    assert draws(RUN, seed=5) == before.integers(2**63, size=4).tolist()


def test_a_run_draws_what_it_has_drawn_in_every_version():
    assert draws(RUN)[:2] == [3624824453207059266, 6579154748683317456]


def test_another_optimiser_draws_other_numbers():
    identities = [(), ("momentum", 0.9), ("momentum", 0.8), ("momentum",), ("momentum", "0.9")]
    streams = [draws(replace(RUN, optimiser=identity)) for identity in identities]
    assert len({tuple(stream) for stream in streams}) == len(identities)


def test_the_row_of_a_run_leaves_its_optimiser_to_the_columns_of_that():
    assert replace(RUN, optimiser=("momentum", 0.9)).row() == {
        "experiment": "gaussian",
        "dataset": "overdetermined",
        "depth": 10,
        "width": 5,
        "learning_rate": 0.1,
        "init_scale": 0.35,
        "repetition": 3,
    }
