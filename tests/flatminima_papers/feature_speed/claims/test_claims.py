"""Claims hold of small measurements, and falsified numbers turn their verdict."""

import pytest

from flatminima_papers.feature_speed.claims import (
    speed_bound,
    speed_depth,
    speed_identity,
    speed_recursion,
    speed_resnet,
    speed_rules,
    speed_training,
)
from tests.flatminima_papers.judging import assert_hold, changed, turned, verdicts

from ..tables import (
    BOUND,
    DEPTH,
    IDENTITY,
    ONE,
    RECURSION,
    RESNET,
    RULES,
    TRAINING,
    together,
)

TABLES = {
    speed_identity: (IDENTITY,),
    speed_bound: (BOUND,),
    speed_depth: (DEPTH,),
    speed_resnet: (RESNET, ONE),
    speed_recursion: (RECURSION,),
    speed_rules: (RULES,),
    speed_training: (TRAINING,),
}
FEW = {
    "speed_branch_one",
    "speed_isotropic",
    "speed_of_a_step",
    "speed_perceptron_identity",
    "speed_perceptron_relu",
    "speed_resnet_identity",
    "speed_resnet_relu",
}
"""Of what the small measurements may be too few to decide."""


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_claims_hold(module):
    assert_hold(module, together(*TABLES[module]), FEW)


def everything(rows):
    return rows["activation" if "activation" in rows else "depth"].notna()


CASES = [
    (speed_identity, "identity_error", everything, lambda x: x + 1e-9, {"speed_formula"}),
    (speed_identity, "step_error", everything, lambda x: x**2, {"speed_of_a_step"}),
    (speed_bound, "cosine", lambda rows: rows.index == 0, lambda x: 0.001,
     {"speed_kernel", "speed_kantorovich"}),
    (speed_bound, "least_cosine", lambda rows: rows.index == 0, lambda x: x * 1.001,
     {"speed_kantorovich_attained"}),
    (speed_bound, "random_cosine", everything, lambda x: x * 0.9, {"speed_isotropic"}),
    (speed_depth, "predicted", lambda rows: rows["layer"] == 9, lambda x: x + 0.05,
     {"speed_perceptron_identity", "speed_perceptron_relu"}),
    (speed_depth, "cosine", lambda rows: rows["activation"] == "relu", lambda x: x**2,
     {"speed_perceptron_relu", "speed_exponent_relu"}),
    (speed_resnet, "exact", lambda rows: rows["activation"] == "identity", lambda x: x + 0.03,
     {"speed_resnet_identity"}),
    (speed_resnet, "exact", lambda rows: rows["activation"] == "relu", lambda x: x + 0.03,
     {"speed_resnet_relu"}),
    (speed_resnet, "naive", everything, lambda x: x - 0.06, {"speed_masks_matter"}),
    (speed_resnet, "angle", lambda rows: rows["power"] == "one", lambda x: x * 1.1,
     {"speed_branch_one"}),
    (speed_recursion, "scaled_limit", lambda rows: rows["factor"] == 4, lambda x: x * 1.1,
     {"speed_conjecture"}),
    (speed_recursion, "limit", lambda rows: rows["activation"] == "identity", lambda x: x * 0.9,
     {"speed_linear_limit", "speed_linear_is_more_aligned"}),
    (speed_rules, "sensitivity", lambda rows: rows["output"] == "rescaled", lambda x: x * 1.001,
     {"speed_sensitivity"}),
    (speed_training, "cosine", lambda rows: rows["init_scale"] == 0.1, lambda x: 0.5,
     {"speed_small_starts_align", "speed_noise_misaligns"}),
    (speed_training, "cosine", lambda rows: (rows["init_scale"] == 0.4) & (rows["noise"] == 0),
     lambda x: 0.95, {"speed_large_starts_do_not"}),
]  # fmt: skip


@pytest.mark.parametrize(("module", "column", "where", "change", "claims"), CASES)
def test_a_wrong_number_is_told(module, column, where, change, claims):
    found = turned(module, together(*TABLES[module]), column, where, change)
    assert found == dict.fromkeys(claims, "fails")


def test_a_cosine_that_falls_with_the_depth_is_told():
    right = together(RESNET, ONE)
    half = lambda rows: rows["power"] == "half"  # noqa: E731
    found = turned(speed_resnet, right, "cosine", half, lambda x: x * right["depth"] ** -0.5)
    assert found["speed_branch_half"] == "fails"


@pytest.mark.parametrize("output", ["mean_field", "standard", "rescaled"])
def test_another_exponent_of_the_sensitivity_is_told(output):
    right = together(RULES)
    rows = right["output"] == output
    wrong = right.copy()
    for column in ("sensitivity", "formula"):
        wrong.loc[rows, column] = right[column][rows] * right["depth"][rows] ** 0.3
    found = changed(verdicts(speed_rules, right), verdicts(speed_rules, wrong))
    assert found == {f"speed_sensitivity_{output}": "fails"}


def test_an_exponent_of_another_size_is_told():
    right = together(DEPTH)
    wrong = right.assign(cosine=right["cosine"] * right["layer"] ** -0.3)
    found = changed(verdicts(speed_depth, right), verdicts(speed_depth, wrong))
    assert found["speed_exponent_identity"] == found["speed_exponent_relu"] == "fails"
