"""What holds for the measurements of every kind."""

import pytest

from flatminima.columns import typed
from flatminima.costs import Work
from flatminima.datasets import DataSize
from flatminima.kinds import Misfit, load, names
from flatminima.measurements import check_widths, linear_networks, linear_work
from flatminima.measurements.critical_rate import CriticalRate
from flatminima.measurements.descent import Descent
from flatminima.measurements.drift import Drift
from flatminima.measurements.flow import Flow
from flatminima.measurements.flow_path import FlowPath
from flatminima.measurements.minimal_sharpness import MinimalSharpness
from flatminima.measurements.products import Products
from flatminima.measurements.rescaling import Rescaling
from flatminima.theory.starts import NetworkSpecification

from ..cases import data, measured

DATASETS = {"d": data(20, 2), "e": data(20, 3)}
SIZES = {name: DataSize(one.samples, one.features) for name, one in DATASETS.items()}
NETWORKS = ("d", "e"), ("gaussian", "residual"), (2, 3)

SMALL = {
    "critical_rate": CriticalRate(*NETWORKS, (0.3,), 2, (5, 10), lowest=0.01, highest=1.0),
    "descent": Descent(*NETWORKS, (0.1, 0.2), (0.3,), 2, 50),
    "drift": Drift(*NETWORKS, (0.1, 0.2), (0.3,), 2, 1.0),
    "flow": Flow(*NETWORKS, (0.3,), 2),
    "flow_path": FlowPath(*NETWORKS, (0.3,), 1),
    "minimal_sharpness": MinimalSharpness(("d", "e"), (2, 3), 1),
    "products": Products((2, 3), (2, 3), (0.3,), 2),
    "rescaling": Rescaling(("d", "e"), (2, 3), (1.0, 10.0)),
}

kinds = pytest.mark.parametrize("name", SMALL)


def test_every_kind_is_measured_here():
    assert set(SMALL) == set(names("measurements"))


@kinds
def test_a_table_has_the_declared_columns_and_is_the_same_again(name):
    table = measured(SMALL[name], DATASETS)
    assert {column: str(dtype) for column, dtype in table.dtypes.items()} == typed(
        load("measurements", name).columns
    )
    assert len(table) > 0
    assert table.equals(measured(SMALL[name], DATASETS))
    if "experiment" in table:
        assert set(table["experiment"]) == {"e"}


@kinds
def test_more_measurements_take_longer(name):
    measurement = SMALL[name]
    work = measurement.work(SIZES)
    assert isinstance(work, Work)
    assert work.seconds > 0
    deeper = measurement.replaced(depth=(2, 3, 40)).work(SIZES)
    assert deeper.seconds > work.seconds
    assert deeper.numbers >= work.numbers


@kinds
def test_keys_that_go_together_are_not_refused(name):
    SMALL[name].check(SIZES)


def test_networks_are_all_data_initialisations_depths_and_widths():
    flow = Flow(("d", "e"), ("gaussian", "one_layer_zero"), (2,), (0.1,), 1, width=(4, 5))
    found = [(name, network) for _, name, network in linear_networks(flow, DATASETS)]
    assert found == [
        (name, NetworkSpecification(initialisation, 2, width))
        for name in ("d", "e")
        for initialisation in ("gaussian", "one_layer_zero")
        for width in (4, 5)
    ]


def test_without_a_width_a_network_is_as_wide_as_its_data_has_features():
    found = [
        (dataset is DATASETS[name], network.width)
        for dataset, name, network in linear_networks(Flow(*NETWORKS, (0.1,), 1), DATASETS)
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
        single = linear_work(one, SIZES, **options)
        assert linear_work(many, SIZES, **options).seconds == pytest.approx(30 * single.seconds)
        twice = {key: 2 * value for key, value in options.items()}
        assert linear_work(one, SIZES, **twice).seconds == pytest.approx(2 * single.seconds)
