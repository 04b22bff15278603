"""Every claim holds on small measurements, and falsified numbers turn its verdict."""

import numpy as np
import pandas as pd
import pytest

from flatminima_papers.expressivity.theory.grids import grid_nodes
from tests.flatminima_papers.expressivity.tables import SMALL, judged, table_of, verdicts

KINDS = [kind for kind in SMALL if kind != "built_network"]

CHANGES = [
    # the sum of unequal depths would compute something else
    ("calculus_values", "network_calculus", "value_error", lambda x: x + 1e-13),
    ("calculus_counts", "network_calculus", "parameters", lambda x: x + 1),
    ("calculus_counts", "network_calculus", "hidden_layers", lambda x: x + 1),
    ("calculus_nonzeros", "network_calculus", "nonzeros", lambda x: x + 1),
    ("maximum_counts", "maximum_networks", "parameters", lambda x: x - 1),
    ("maximum_counts", "maximum_networks", "biases", lambda x: x + 1),
    ("maximum_exact", "maximum_networks", "largest_error", lambda x: x + 1e-16),
    ("maximum_below_grid", "maximum_networks", "grid_nodes", lambda x: x / 4),
    ("product_counts", "product_networks", "nonzeros", lambda x: x + 1),
    ("product_certified", "product_networks", "accuracy", lambda x: x / 10),
    ("product_found", "product_networks", "ascent_error", lambda x: 3 * x),
    ("product_error_of_a_node", "product_networks", "ascent_error", lambda x: x / 30),
    ("product_order", "product_networks", "nonzeros_over_order", lambda x: 2 * x),
    ("product_corners", "product_networks", "corner_error", lambda x: x + 1e-6),
    ("product_accuracy_of_nodes", "product_networks", "ascent_error", lambda x: x / 5),
    ("product_uniform_points", "product_networks", "uniform_error", lambda x: 100 * x),
    ("composed_certified", "composed_networks", "certified", lambda x: 2 * x),
    ("composed_found", "composed_networks", "ascent_error", lambda x: 3 * x),
    ("grid_error", "multilinear_grids", "error", lambda x: 1.01 * x),
    ("transport_bound", "transport_networks", "error", lambda x: 10 * x),
    ("transport_equation", "transport_networks", "residual", lambda x: x + 1),
    ("affine_transport_parameters", "affine_transport", "parameters", lambda x: x + 1),
    ("affine_transport_exact", "affine_transport", "error", lambda x: x + 1e-6),
    ("pieces_bound", "linear_pieces", "pieces", lambda x: x + 1),
    ("pieces_attained", "linear_pieces", "most_pieces", lambda x: x + 1),
    ("pieces_of_sawtooths", "linear_pieces", "pieces", lambda x: x - 1),
    ("width_grows_exponentially", "widths_needed", "asymptotic_pieces", lambda x: x**1.1),
    ("width_beyond_the_tree", "widths_needed", "width_needed", lambda x: x // 8),
    ("width_no_bound_on_the_unit_cube", "widths_needed", "width_needed", lambda x: x + 1),
    ("rescaling_keeps_the_function", "constructed_sharpness", "value_change", lambda x: x + 1e-9),
    ("rescaling_flattens", "constructed_sharpness", "least_sharpness", lambda x: 2 * x),
    ("square_sharpness_is_linear", "constructed_sharpness", "sharpness", lambda x: x**2),
    ("sawtooth_sharpness_is_exponential", "constructed_sharpness", "sharpness", np.sqrt),
    ("constructed_stays", "constructed_descent", "stays", lambda x: ~x),
    ("constructed_leaves", "constructed_descent", "stays", lambda x: ~x),
    ("constructed_between", "constructed_descent", "stays", lambda x: ~x),
    ("kernels_fail_on_products", "relative_errors", "relative_error", lambda x: x / 2),
    ("construction_is_accurate", "relative_errors", "relative_error", lambda x: x + 0.1),
    ("training_misses", "relative_errors", "relative_error", lambda x: x / 100),
]


@pytest.mark.parametrize("kind", KINDS)
def test_all_claims_hold(kind):
    assert set(verdicts(kind).values()) == {"holds"}


@pytest.mark.parametrize(("claim", "kind", "column", "change"), CHANGES)
def test_a_wrong_number_is_told(claim, kind, column, change):
    table = table_of(kind)
    assert verdicts(kind)[claim] == "holds"
    assert verdicts(kind, table.assign(**{column: change(table[column])}))[claim] == "fails"


@pytest.mark.parametrize("kind", KINDS)
def test_every_claim_has_a_control(kind):
    controlled = {claim for claim, *_ in CHANGES} | {
        "composed_polynomial", "composed_exponent_dimension", "composed_exponent_accuracy",
        "grid_exponent", "transport_order", "transport_forward", "transport_polynomial",
        "transport_heun", "transport_identity_tanh", "transport_identity_hardtanh",
    }  # fmt: skip
    assert set(judged(kind)) <= controlled


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_abstracts_are_the_papers(kind):
    paper = {name for name, row in judged(kind).items() if row["source"] != "this study"}
    assert paper <= {"composed_polynomial", "transport_polynomial"}


def test_a_cube_of_side_four_is_beyond_the_order_of_the_unit_one():
    """There the dimension itself enters the number of squarings."""
    table = table_of("product_networks")
    large = table[(table["radius"] == 2)].assign(radius=1.0)
    rest = table[table["radius"] == 1]
    large = large.assign(nonzeros_over_order=2 * large["nonzeros_over_order"])
    assert verdicts("product_networks", pd.concat([rest, large]))["product_order"] == "fails"


def test_grids_are_told_by_their_exponents():
    """A table of grids in place of networks: slopes that grow, and exponents beyond."""
    table = table_of("composed_networks")
    table = table[table["dimension"] <= 8]
    nodes = [
        grid_nodes(round(4 / accuracy), dimension)
        for accuracy, dimension in zip(table["accuracy"], table["dimension"], strict=True)
    ]
    slopes = table["dimension"] / 2 * np.log2(4 / table["accuracy"])
    wrong = table.assign(
        nonzeros=nodes,
        parameters=nodes,
        slope_in_dimension=slopes.where(table["slope_in_dimension"].notna()),
    )
    found = verdicts("composed_networks", wrong)
    assert found["composed_polynomial"] == "fails"
    assert found["composed_exponent_dimension"] == "fails"
    assert found["composed_exponent_accuracy"] == "fails"


def test_nodes_that_do_not_grow_with_the_dimension_are_told():
    table = table_of("multilinear_grids")
    wrong = table.assign(error=table["error"] ** 0.5)
    assert verdicts("multilinear_grids", wrong)["grid_exponent"] == "fails"


def test_another_order_in_time_is_told():
    table = table_of("transport_networks")
    wrong = table.assign(error=table["error"] ** 0.5)
    assert verdicts("transport_networks", wrong)["transport_order"] == "fails"
    swapped = table.assign(method=table["method"].map({"euler": "heun", "heun": "euler"}))
    swapped["bound"] = table["bound"].max()
    assert verdicts("transport_networks", swapped)["transport_heun"] == "fails"


def test_the_backward_flow_is_another_solution():
    table = table_of("transport_networks")
    wrong = table.assign(error=table["backward_error"], backward_error=table["error"])
    assert verdicts("transport_networks", wrong)["transport_forward"] == "fails"


def test_parameters_that_grow_faster_with_the_dimension_are_told():
    table = table_of("transport_networks")
    wrong = table.assign(nonzeros=table["nonzeros"] * table["dimension"])
    assert verdicts("transport_networks", wrong)["transport_polynomial"] == "fails"


def test_what_identity_layers_save_is_told_apart():
    """The two drifts exchanged: a piecewise linear one fills nothing in."""
    table = table_of("transport_networks")
    wrong = table.assign(drift=table["drift"].map({"tanh": "hardtanh", "hardtanh": "tanh"}))
    reduced = SMALL["transport_networks"][0].reduce(wrong, {})
    original = SMALL["transport_networks"][0].reduce(table, {})
    mixed = original[original["quantity"] != "fill_in_in_accuracy"]
    mixed = pd.concat([mixed, reduced[reduced["quantity"] == "fill_in_in_accuracy"]])
    found = verdicts("transport_networks", table, mixed)
    assert found["transport_identity_tanh"] == "fails"
    assert found["transport_identity_hardtanh"] == "fails"
