"""The study is cut into jobs that together hold each run once."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.core.kinds import load, restore
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.quantities import default_quantities
from flatminima.runs.identities import RunIdentity, runs_of
from flatminima.runs.tables import build_network
from flatminima_study.planning.study import Experiment, SweepBlock, TrainingJob
from tests.default import STUDY


def experiment(sweep, scales, record_every=None) -> Experiment:
    return Experiment(
        name="e",
        datasets={"d": DataSize(20, 6)},
        network=load("networks", "linear")("gaussian", (3,), (4, 5)),
        optimiser=load("optimisers", "gradient_descent")(),
        quantities=default_quantities(),
        init_scales=scales,
        sweep=sweep,
        record_every=record_every,
        section="Experiments",
    )


def runs_in(job: TrainingJob) -> list[RunIdentity]:
    """Return the runs of each setting of a job."""
    grid = (job.learning_rates, job.init_scales, range(*job.repetitions))
    return runs_of(job.experiment, job.dataset, job.network, *grid)


@given(
    runs_per_job=st.integers(1, 60),
    rates=st.integers(1, 9),
    repetitions=st.integers(1, 20),
    scales=st.integers(1, 12),
)
def test_jobs_hold_each_run_once_and_are_not_too_large(runs_per_job, rates, repetitions, scales):
    rates = tuple(0.01 * (1 + rate) for rate in range(rates))
    scales = tuple(0.1 * scale for scale in range(scales))
    study = experiment((SweepBlock(rates, 7, repetitions, runs_per_job),), scales)
    runs = [run for job in study.jobs.values() for run in runs_in(job)]
    wanted = product((4, 5), rates, scales, range(repetitions))
    found = [(run.width, run.learning_rate, run.init_scale, run.repetition) for run in runs]
    assert sorted(found) == sorted(wanted)
    assert all(job.runs <= runs_per_job for job in study.jobs.values())
    assert sum(job.runs for job in study.jobs.values()) == len(runs)


@given(runs_per_job=st.integers(1, 60), sizes=st.sets(st.integers(1, 20), min_size=1, max_size=6))
def test_small_batches_of_several_settings_share_a_job(runs_per_job, sizes):
    optimiser = load("optimisers", "sgd")(tuple(sorted(sizes)))
    study = replace(
        experiment((SweepBlock((0.1, 0.2), 7, 3, runs_per_job),), (0.1,)), optimiser=optimiser
    )
    found = [
        (run.width, setting.batch_size, run.learning_rate, run.repetition)
        for job in study.jobs.values()
        for setting in job.settings
        for run in runs_in(job)
    ]
    wanted = product((4, 5), [(size,) for size in sizes], (0.1, 0.2), range(3))
    assert sorted(found) == sorted(wanted)
    assert sum(job.runs for job in study.jobs.values()) == len(found)
    assert all(job.runs <= runs_per_job for job in study.jobs.values())
    if runs_per_job >= 6:
        assert len(study.jobs) == 2 * -(-len(sizes) // (runs_per_job // 6))


def test_more_repetitions_leave_full_jobs_as_they_are():
    before = experiment((SweepBlock((0.1,), 7, 15, 20),), (0.1, 0.2)).jobs
    after = experiment((SweepBlock((0.1,), 7, 25, 20),), (0.1, 0.2)).jobs
    kept = [name for name in before if before[name] == after.get(name)]
    assert len(kept) == 2  # one full job for each width


def test_the_default_study_is_at_most_a_hundred_training_jobs():
    jobs = sum(len(experiment.jobs) for experiment in STUDY.experiments.values())
    assert 30 <= jobs <= 100


@pytest.mark.parametrize("name", ["underdetermined", "depth", "gelu"])
def test_weights_and_dimensions_are_counted_as_the_network_counts_them(name):
    for job in STUDY.experiments[name].jobs.values():
        data = {"kind": "gaussian", "samples": 30, "features": job.size.features, "noise": 1.0}
        dataset = restore("datasets", data).draw(random_generator(0, "data"))
        network = build_network(job.network, dataset, 0, name)
        assert job.network.weights(job.size) == network.size
        subspace = network.hessian_subspace(np.ones(network.size))
        dimension = job.network.hessian_cost(job.size).dimension
        assert dimension == (subspace.dimension if subspace else network.size)


@pytest.mark.parametrize(("record_every", "computed"), [(None, 2), (5, 2 + 3), (4, 2 + 4), (99, 4)])
def test_states_are_counted_as_they_are_recorded(record_every, computed):
    study = experiment((SweepBlock((0.1,), 10, 1, 60),), (0.1,), record_every)
    job = next(iter(study.jobs.values()))
    recorded = set() if record_every is None else {*range(0, 10, record_every), 10}
    assert job.states == computed == 2 + len(recorded)


def test_a_figure_knows_the_words_of_data_and_the_columns_of_all_its_panels():
    columns = {column.name: column for column in STUDY.columns_of(STUDY.figures["theory_flow"])}
    assert {"init_scale", "depth", "width", "condition_number"} <= columns.keys()
    columns = {
        column.name: column for column in STUDY.columns_of(STUDY.figures["theory_rescaling"])
    }
    assert columns["dataset"].words.values["condition_100"] == "condition number 100"
    assert columns["dataset"].words.values["underdetermined_small"] == "underdetermined small"


def test_each_entry_of_a_sweep_has_jobs_of_its_own_size():
    sweep = (SweepBlock((0.1,), 7, 15, 10), SweepBlock((0.2,), 7, 15, 1000))
    jobs = experiment(sweep, (0.1, 0.2)).jobs.values()
    assert [job.runs for job in jobs] == [10, 10, 10, 30] * 2
