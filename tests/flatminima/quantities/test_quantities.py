"""What holds for the quantities of every kind."""

import pytest

from flatminima.core.kinds import load, names
from flatminima.networks.linear import Linear
from flatminima.networks.mlp import Mlp
from flatminima.quantities import default_quantities, ordered, quantity_columns, summarised
from tests.flatminima.quantities.states import NETWORKS, state_of

ALL, DEFAULT = names("quantities"), default_quantities()

OFFERS = {"linear": Linear.offers, "perceptron": Mlp.offers}
measured = pytest.mark.parametrize(
    ("quantity", "network"),
    [
        pytest.param(quantity, network, id=f"{quantity.name()}-{name}")
        for quantity in ordered(ALL)
        for name, network in NETWORKS.items()
        if quantity.needs <= OFFERS[name]
    ],
)


def test_those_of_every_run_are_known_by_name():
    assert DEFAULT == (
        "distance", "generalisation", "gradient_norm", "sharpness", "train_risk"
    )  # fmt: skip
    assert [quantity.name() for quantity in ordered(ALL)] == list(ALL)


def test_columns_stand_where_they_always_stood():
    names_of = [[c.name for c in quantity_columns(DEFAULT, table)] for table in ("run", "path")]
    assert names_of[0] == [
        "initial_sharpness", "final_sharpness", "sharpness_residual", "initial_distance",
        "final_distance", "train_risk", "test_risk", "gradient_norm",
    ]  # fmt: skip
    assert names_of[1] == ["train_risk", "distance", "sharpness", "sharpness_residual"]


def test_the_order_in_which_quantities_are_asked_for_moves_no_column():
    for table in ("run", "path", "derived"):
        assert quantity_columns(reversed(ALL), table) == quantity_columns(ALL, table)
    only = quantity_columns(["distance"], "run")
    assert [column.name for column in only] == ["initial_distance", "final_distance"]


def test_summaries_describe_what_has_a_moment():
    described = {
        moment: [column.name for column in summarised(DEFAULT, moment)]
        for moment in ("start", "end", "path")
    }
    assert described == {
        "start": ["initial_sharpness", "initial_distance"],
        "end": [
            "final_sharpness", "final_distance", "train_risk", "test_risk", "generalisation_gap",
            "gradient_norm",
        ],
        "path": ["train_risk", "distance", "sharpness"],
    }  # fmt: skip


@measured
def test_only_declared_columns_are_measured(quantity, network):
    declared = {column.name for column in quantity.run_columns}
    start = state_of(network)
    end = state_of(network, seed=1, risk=0.5, gradient_norm=0.1)
    assert set(quantity.at_ends(start, end)) == declared
    along = {column.name for column in quantity.path_columns}
    assert set(quantity.along(start)) == along


@measured
def test_of_a_diverged_run_nothing_of_the_end_is_known(quantity, network):
    ends = {column.name for column in quantity.run_columns if column.moment == "end"}
    known = quantity.at_ends(state_of(network), None)
    assert not ends & set(known)
    assert set(known) <= {column.name for column in quantity.run_columns}


def test_an_unknown_quantity_is_refused():
    with pytest.raises(ValueError, match="'flatness' is none of the quantities"):
        load("quantities", "flatness")
