"""Some numbers of the tables against what is known of them."""

import numpy as np
import pytest

from flatminima.measurements import Given, tabulate
from flatminima_papers.expressivity.theory.maximum import maximum
from tests.flatminima_papers.expressivity.tables import SMALL, measured, table_of


def test_closed_forms_of_the_maximum():
    table = table_of("maximum_networks").set_index("dimension")
    assert table["parameters"].to_dict() == {2: 13, 4: 55, 8: 211, 64: 12475}
    assert table["nonzeros"].to_dict() == {2: 7, 4: 23, 8: 55, 64: 503}
    assert table.loc[2, "grid_nodes"] == 36


def test_a_node_as_accurate_as_the_whole_makes_a_product_too_wrong():
    table = table_of("product_networks")
    nodes = table[(table["budget"] == "node") & (table["accuracy"] == 4.0**-4)]
    assert (nodes["node_error"] == nodes["accuracy"]).all()
    share = nodes.set_index("dimension")["ascent_error"] / 4.0**-4
    assert 2 < share[4] <= 3
    assert 4 < share[8] <= 7


def test_on_a_larger_cube_the_volume_enters():
    table = table_of("product_networks")
    large = table[table["radius"] == 2].set_index("dimension")
    assert (large["certified"] == 2.0**large.index * (large.index - 1) * 4.0 ** -(
        large["squarings"] + 1
    )).all()  # fmt: skip
    assert large["ascent_error"].isna().all()


def test_networks_that_are_too_large_are_left_out():
    table = table_of("composed_networks")
    assert table["nonzeros"].max() <= 20_000
    measurement = SMALL["composed_networks"][0]
    most = len(measurement.family) * len(measurement.dimension) * len(measurement.accuracy)
    assert len(table) < most


def test_local_slopes_are_ratios_of_neighbours():
    table = table_of("composed_networks")
    one = table[(table["family"] == "rough_maximum") & (table["accuracy"] == 0.4)]
    by_dimension = one.set_index("dimension")
    slope = np.log2(by_dimension["nonzeros"][4] / by_dimension["nonzeros"][2])
    assert by_dimension["slope_in_dimension"][4] == pytest.approx(slope)
    assert np.isnan(by_dimension["slope_in_dimension"][2])
    two = table[(table["family"] == "rough_maximum") & (table["dimension"] == 2)]
    first, second = two["nonzeros"].iloc[:2]
    assert two["slope_in_accuracy"].iloc[1] == pytest.approx(np.log2(second / first))
    assert by_dimension["nonzeros_order"][2] == by_dimension["nonzeros"][2]


def test_identity_layers_do_not_change_what_is_computed():
    table = table_of("transport_networks")
    tanh = table[table["drift"] == "tanh"].pivot(index="steps", columns="joined", values="error")
    np.testing.assert_allclose(tanh["plain"], tanh["identity"], rtol=1e-6)
    counts = table[table["drift"] == "tanh"].pivot(
        index="steps", columns="joined", values="nonzeros"
    )
    assert (counts["plain"] > 2 * counts["identity"]).all()


def test_a_case_depends_on_itself_alone():
    few = SMALL["product_networks"][0].replaced(dimension=(8,), accuracy=(1e-5,), budget=("node",))
    alone = tabulate(few, Given("e0", 0, {}, {})).iloc[0]
    table = measured("product_networks")
    same = (table["budget"] == "node") & (table["dimension"] == 8) & (table["accuracy"] == 1e-5)
    (among,) = [row for _, row in table[same].iterrows()]
    assert alone.equals(among)


def test_edges_are_those_of_the_network():
    edges = table_of("built_network")
    drawn = edges[edges["construction"] == "maximum"]
    assert len(drawn) == maximum(4).nonzeros
    weights = np.zeros((6, 4))
    first = drawn[drawn["layer"] == 1]
    weights[first["target"] - 1, first["source"] - 1] = first["weight"]
    assert (weights == maximum(4).weights[0].toarray()).all()
    product = edges[edges["construction"] == "product"]
    assert (product["source"] == 0).sum() == 4


def test_rates_are_ranked():
    measurement = SMALL["relative_errors"][1]
    reduced = measurement.reduce(measured("relative_errors", 1), {})
    for _, group in reduced.groupby("dimension"):
        assert sorted(group["rank"]) == [1, 2]
        assert group.sort_values("rank")["median_error"].is_monotonic_increasing
