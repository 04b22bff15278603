"""What holds for the measurements of every kind."""

from functools import cache

import pandas as pd
import pytest

from flatminima.core.columns import typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Misfit, load, modules, names
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import check_widths, linear_networks, linear_work
from flatminima.runs.identities import runs_of
from flatminima.runs.tables import train_runs
from flatminima.theory.starts import NetworkSpecification
from flatminima_papers.flat_minima.measurements.flow import Flow
from flatminima_study.configuration import parse_study
from tests.flatminima.cases import data, measured
from tests.study_folder import PROJECT, whole_preset


def small_study():
    """Return the preset of the tests with a small measurement of many kinds."""
    config = whole_preset()
    del config["datasets"]["mine"]
    measured = {
        name
        for measurement in config["measurements"].values()
        for key in ("experiment", "decay")
        if isinstance(measurement.get(key), list)
        for name in measurement[key]
    }
    experiments = {name: config["experiments"][name] for name in sorted(measured)}
    return parse_study(config | {"experiments": experiments, "figures": {}})


STUDY = small_study()
SMALL = {measurement.name(): measurement for measurement in STUDY.measurements.values()}
DATASETS = {
    name: kind.draw(random_generator(STUDY.seed, "dataset", name))
    for name, kind in STUDY.datasets.items()
}
SIZES = {name: kind.size() for name, kind in STUDY.datasets.items()}


def trained(experiment):
    """Return the table of runs of an experiment."""
    tables = [
        train_runs(
            DATASETS[job.dataset],
            job.network,
            job.optimiser,
            runs_of(
                experiment.name,
                job.dataset,
                job.network,
                job.learning_rates,
                job.init_scales,
                range(*job.repetitions),
            ),
            job.steps,
            job.quantities,
            study_seed=STUDY.seed,
            gradient_tolerance=STUDY.gradient_tolerance,
        )[0]
        for job in experiment.jobs.values()
    ]
    return pd.concat(tables, ignore_index=True)


@cache
def runs():
    """Return the runs of all experiments, by name."""
    return {name: trained(experiment) for name, experiment in STUDY.experiments.items()}


PAIR = {"d": data(20, 2), "e": data(20, 3)}
PAIR_SIZES = {name: DataSize(one.samples, one.features) for name, one in PAIR.items()}
NETWORKS = ("d", "e"), ("gaussian", "residual"), (2, 3)

kinds = pytest.mark.parametrize("name", SMALL)


def test_every_kind_is_measured_here_or_by_the_tests_of_its_room():
    for name in set(names("measurements")) - set(SMALL):
        room = modules("measurements")[name].split(".")[1]
        tests = (PROJECT / "tests/flatminima_papers" / room).rglob("*.py")
        kind = load("measurements", name).__name__
        assert any(kind in path.read_text(encoding="utf-8") for path in tests), name


@kinds
def test_a_table_has_the_declared_columns_and_is_the_same_again(name):
    table = measured(SMALL[name], DATASETS, runs=runs())
    assert {column: str(dtype) for column, dtype in table.dtypes.items()} == typed(
        load("measurements", name).columns
    )
    assert len(table) > 0
    assert table.equals(measured(SMALL[name], DATASETS, runs=runs()))
    if "experiment" in table:
        assert set(table["experiment"]) == set(SMALL[name].referred("experiments") or ["e"])


@kinds
def test_more_measurements_take_longer(name):
    measurement = SMALL[name]
    work = measurement.work(SIZES)
    assert isinstance(work, Work)
    assert work.seconds > 0
    axes = {
        "depth": 40, "relative_rate": 0.01, "learning_rate": 0.005, "dataset": "white",
        "samples": 48,
    }  # fmt: skip
    axis = next(key for key in axes if isinstance(getattr(measurement, key, None), tuple))
    longer = measurement.replaced(**{axis: (*getattr(measurement, axis), axes[axis])}).work(SIZES)
    assert longer.seconds > work.seconds
    assert longer.numbers >= work.numbers


@kinds
def test_keys_that_go_together_are_not_refused(name):
    SMALL[name].check(SIZES)


def test_networks_are_all_data_initialisations_depths_and_widths():
    flow = Flow(("d", "e"), ("gaussian", "one_layer_zero"), (2,), (0.1,), 1, width=(4, 5))
    found = [(name, network) for _, name, network in linear_networks(flow, PAIR)]
    assert found == [
        (name, NetworkSpecification(initialisation, 2, width))
        for name in ("d", "e")
        for initialisation in ("gaussian", "one_layer_zero")
        for width in (4, 5)
    ]


def test_without_a_width_a_network_is_as_wide_as_its_data_has_features():
    found = [
        (dataset is PAIR[name], network.width)
        for dataset, name, network in linear_networks(Flow(*NETWORKS, (0.1,), 1), PAIR)
    ]
    assert found == [(True, 2)] * 4 + [(True, 3)] * 4


def test_a_width_is_refused_beside_any_residual_network():
    flow = Flow(("d",), ("gaussian", "residual"), (2,), (0.1,), 1, width=(4,))
    with pytest.raises(Misfit, match="width is given") as caught:
        check_widths(flow)
    assert caught.value.key == "width"
    check_widths(flow.replaced(width=None))
    check_widths(flow.replaced(initialisation=("gaussian",)))


def test_work_is_of_every_start():
    one = Flow(("d",), ("gaussian",), (2,), (0.1,), 1)
    many = one.replaced(
        initialisation=("gaussian", "residual"), init_scale=(0.1, 0.2, 0.3), repetitions=5
    )
    for options in ({"flows": 1}, {"steps": 100}, {"searches": 2}, {"sharpnesses": 1}):
        single = linear_work(one, PAIR_SIZES, **options)
        assert linear_work(many, PAIR_SIZES, **options).seconds == pytest.approx(
            30 * single.seconds
        )
        twice = {key: 2 * value for key, value in options.items()}
        assert linear_work(one, PAIR_SIZES, **twice).seconds == pytest.approx(2 * single.seconds)
