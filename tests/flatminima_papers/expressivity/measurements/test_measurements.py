"""What holds for the measurements of every kind of this paper."""

from pathlib import Path

import pytest

import flatminima_papers.expressivity.measurements as package
from flatminima.core.columns import typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Misfit
from tests.flatminima_papers.expressivity.tables import SMALL, measured, table_of

kinds = pytest.mark.parametrize("kind", SMALL)


def test_every_kind_is_measured_here():
    folder = Path(package.__file__).parent
    found = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert found == set(SMALL)


@kinds
def test_a_table_has_the_declared_columns_and_is_the_same_again(kind):
    table = measured(kind)
    assert {name: str(type_) for name, type_ in table.dtypes.items()} == typed(
        SMALL[kind][0].columns
    )
    assert len(table) > 0
    assert table.equals(measured(kind))


@pytest.mark.parametrize("kind", [kind for kind in SMALL if SMALL[kind][0].reduced is not None])
def test_a_reduced_table_has_the_declared_columns(kind):
    measurement = SMALL[kind][0]
    reduced = measurement.reduce(table_of(kind), {})
    assert {name: str(type_) for name, type_ in reduced.dtypes.items()} == typed(
        measurement.reduced_columns
    )
    assert len(reduced) > 0


LARGER = {
    "network_calculus": {"repetitions": 50},
    "maximum_networks": {"points": 2000},
    "built_network": {"dimension": 32},
    "linear_pieces": {"repetitions": 200},
    "constructed_sharpness": {"size": (1, 2, 3, 4)},
    "composed_networks": {"dimension": (2, 4, 8, 16, 32, 64)},
    "multilinear_grids": {"dimension": (1, 2, 3, 4)},
}


@kinds
def test_more_takes_longer(kind):
    measurement = SMALL[kind][0]
    work = measurement.work({})
    assert isinstance(work, Work)
    assert work.seconds > 0
    larger = LARGER.get(kind) or {"dimension": (*measurement.dimension, 32)}
    longer = measurement.replaced(**larger).work({})
    assert longer.seconds > work.seconds
    assert longer.numbers >= work.numbers


@kinds
def test_keys_that_go_together_are_not_refused(kind):
    for measurement in SMALL[kind]:
        measurement.check({})


@pytest.mark.parametrize("kind", ["maximum_networks", "product_networks", "relative_errors"])
def test_closed_forms_speak_of_powers_of_two(kind):
    with pytest.raises(Misfit, match="powers of two"):
        SMALL[kind][0].replaced(dimension=(4, 6)).check({})
