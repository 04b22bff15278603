"""All claims hold of small measurements, and falsified numbers turn their verdict."""

import numpy as np
import pytest

from flatminima_papers.bias_free.claims import (
    bias_free_capacity,
    bias_free_chains,
    bias_free_courses,
    bias_free_deep,
    bias_free_ends,
    bias_free_equivalence,
    bias_free_floor,
    bias_free_imbalance,
)
from tests.flatminima_papers.judging import changed, turned, verdicts

from ..tables import (
    CAPACITY,
    CHAINS,
    COURSES,
    DEEP,
    ENDS,
    EQUIVALENCE,
    FLOOR,
    IMBALANCE,
    IMBALANCE_WIDTH,
    MARGINS,
    table,
    together,
)

TABLES = {
    bias_free_capacity: (CAPACITY,),
    bias_free_floor: (FLOOR,),
    bias_free_equivalence: (EQUIVALENCE,),
    bias_free_courses: (COURSES,),
    bias_free_ends: (ENDS, MARGINS),
    bias_free_chains: (CHAINS,),
    bias_free_deep: (DEEP,),
}
SMALL = {"bias_free_deep_first_layer_rest": "undecided"}
"""Of what the small measurements are too few to decide."""


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_all_claims_hold(module):
    for claim, verdict in verdicts(module, together(*TABLES[module])).items():
        assert verdict == SMALL.get(claim, "holds")


def falsified(module, **columns):
    """Return which verdicts turn when a column is changed where a condition is true."""
    ((column, (where, value)),) = columns.items()
    return turned(module, together(*TABLES[module]), column, where, value)


def everywhere(rows):
    return np.ones(len(rows), bool)


def test_capacity():
    module = bias_free_capacity
    first = lambda rows: rows.index == 0  # noqa: E731
    assert falsified(module, odd_rest=(first, lambda x: 1e-9)) == {
        "bias_free_odd_is_linear": "fails"
    }
    assert falsified(module, two_layer_excess=(first, lambda x: -1e-6)) == {
        "bias_free_floor_attained": "fails"
    }
    assert falsified(module, three_layer_risk=(first, lambda x: 1e-12)) == {
        "bias_free_three_layers_interpolate": "fails"
    }


def test_floor():
    module = bias_free_floor
    shallow = lambda rows: (rows["depth"] == 2) & (rows["data"] == "odd")  # noqa: E731
    deep = lambda rows: (rows["depth"] == 3) & (rows["data"] == "odd")  # noqa: E731
    even = lambda rows: rows["data"] == "even"  # noqa: E731
    assert falsified(module, relative_risk=(shallow, lambda x: x * 0.99)) == {
        "bias_free_floor": "fails"
    }
    assert falsified(module, relative_risk=(deep, lambda x: x + 1)) == {
        "bias_free_deeper_is_richer": "fails"
    }
    assert falsified(module, relative_risk=(even, lambda x: x + 1)) == {
        "bias_free_floor_needs_symmetry": "fails"
    }


@pytest.mark.parametrize(
    ("case", "value", "claim"),
    [
        ("descent", 1e-9, "bias_free_pairs_are_linear"),
        ("mirrored_batches", 1e-9, "bias_free_pairs_are_linear_under_sgd"),
        ("unpaired_batches", 1e-9, "bias_free_equivalence_needs_mirrors"),
        ("mirror_dropped", 1e-9, "bias_free_equivalence_needs_mirrors"),
    ],
)
def test_equivalence(case, value, claim):
    found = falsified(
        bias_free_equivalence, deviation=(lambda rows: rows["case"] == case, lambda x: value)
    )
    assert found == {claim: "fails"}


def test_a_deviation_in_proportion_to_the_even_part_is_told():
    right = table(EQUIVALENCE)
    wrong = right.copy()
    noisy = right["case"] == "even_targets"
    wrong.loc[noisy, "deviation"] = 0.01 * right["even_part"] ** 0.9
    before = verdicts(bias_free_equivalence, right)
    assert changed(before, verdicts(bias_free_equivalence, wrong)) == {
        "bias_free_even_targets_order": "fails"
    }


def test_courses():
    late = falsified(bias_free_courses, predicted_norm=(everywhere, lambda x: x * 1.05))
    assert set(late) == {"bias_free_logistic_course", "bias_free_logistic_order"}
    assert "holds" not in late.values()


def test_ends():
    squared = lambda rows: rows["loss"] == "squared"  # noqa: E731
    logistic = lambda rows: rows["loss"] == "logistic"  # noqa: E731
    assert falsified(bias_free_ends, distance=(squared, lambda x: x**2)) == {
        "bias_free_minimum_norm": "fails"
    }
    assert falsified(bias_free_ends, margin_share=(logistic, lambda x: x - 0.02)) == {
        "bias_free_largest_margin": "fails"
    }


def test_chains():
    relu = lambda rows: rows["slope"] == 0  # noqa: E731
    leaky = lambda rows: rows["slope"] > 0  # noqa: E731
    wrong = lambda x: x + 1e-9  # noqa: E731
    assert falsified(bias_free_chains, deviation=(relu, wrong)) == {
        "bias_free_deep_half_rate": "fails"
    }
    assert falsified(bias_free_chains, deviation=(leaky, wrong)) == {
        "bias_free_leaky_chains": "fails"
    }


def test_deep():
    small = lambda rows: rows["init_scale"] == 0.02  # noqa: E731
    large = lambda rows: rows["init_scale"] == 0.3  # noqa: E731
    assert falsified(bias_free_deep, largest_even=(small, lambda x: 0.1)) == {
        "bias_free_deep_splits": "fails"
    }
    assert falsified(bias_free_deep, largest_even=(large, lambda x: 0.45)) == {
        "bias_free_deep_splits_when_small": "fails"
    }


@pytest.mark.parametrize("column", ["even_part", "first_layer_rest", "second_layer_rest"])
def test_what_stays_at_every_scale_is_told(column):
    found = falsified(bias_free_deep, **{column: (everywhere, lambda x: 0.1 + 0 * x)})
    assert found == {f"bias_free_deep_{column}": "fails"}


def test_the_law_of_the_even_part():
    right = table(IMBALANCE)
    before = verdicts(bias_free_imbalance, right)
    assert set(before.values()) <= {"holds", "undecided"}
    assert before["bias_free_even_part_law"] == "holds"
    assert before["bias_free_largest_even_random_scale"] == "holds"
    wrong = right.assign(largest_even=right["largest_even"] + 0.01)
    assert verdicts(bias_free_imbalance, wrong)["bias_free_even_part_law"] == "fails"


@pytest.mark.parametrize(
    ("claim", "column"),
    [
        ("bias_free_largest_even_random_scale", "largest_even"),
        ("bias_free_largest_even_balanced_scale", "largest_even"),
        ("bias_free_deviation_balanced_scale", "deviation"),
    ],
)
def test_another_exponent_in_the_scale_is_told(claim, column):
    right = table(IMBALANCE)
    wrong = right.assign(**{column: right[column] * right["init_scale"] ** 0.5})
    assert verdicts(bias_free_imbalance, wrong)[claim] == "fails"


@pytest.mark.parametrize("column", ["largest_even", "deviation"])
def test_another_exponent_in_the_width_is_told(column):
    right = table(IMBALANCE_WIDTH)
    claim = f"bias_free_{column}_in_width"
    assert verdicts(bias_free_imbalance, right)[claim] in ("holds", "undecided")
    wrong = right.assign(**{column: right[column] * right["width"] ** 0.7})
    assert verdicts(bias_free_imbalance, wrong)[claim] == "fails"
