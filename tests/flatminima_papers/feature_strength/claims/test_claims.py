"""Claims hold of small measurements, and falsified numbers turn their verdict."""

import pytest

from flatminima_papers.feature_strength.claims import (
    strength_catapult,
    strength_closure,
    strength_critical,
    strength_curves,
    strength_identities,
    strength_perceptrons,
    strength_plane,
    strength_sharpness,
)
from tests.flatminima_papers.judging import assert_hold, changed, turned, verdicts

from ..tables import (
    BATCHES,
    CATAPULT,
    CLOSURE,
    CRITICAL,
    CURVES,
    IDENTITIES,
    PERCEPTRONS,
    PLANE,
    SHARPNESS,
    together,
)

TABLES = {
    strength_identities: (IDENTITIES,),
    strength_sharpness: (SHARPNESS,),
    strength_critical: (CRITICAL,),
    strength_plane: (PLANE,),
    strength_catapult: (CATAPULT,),
    strength_perceptrons: (PERCEPTRONS, BATCHES),
    strength_curves: (CURVES,),
    strength_closure: (CLOSURE,),
}
FEW = {
    "strength_exponent_above_two",
    "strength_large_exponent_of_perceptrons",
    "strength_small_exponent",
}
"""Of what the small measurements may be too few to decide."""


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_claims_hold(module):
    assert_hold(module, together(*TABLES[module]), FEW)


def everything(rows):
    return rows.index >= 0


CASES = [
    (strength_identities, "deviation", lambda r: (r["identity"] == "rate"), lambda x: 1e-6,
     {"strength_is_rate_and_targets"}),
    (strength_identities, "deviation",
     lambda r: (r["identity"] == "start") & (r["activation"] == "relu"), lambda x: 1e-6,
     {"strength_is_scale_of_start"}),
    (strength_identities, "deviation",
     lambda r: (r["identity"] == "start") & (r["activation"] == "gelu"), lambda x: 1e-6,
     {"strength_is_no_scale_for_gelu"}),
    (strength_sharpness, "flattest_sharpness", lambda r: r.index == 1, lambda x: x * 1.001,
     {"strength_minimal_sharpness_is_met"}),
    (strength_sharpness, "without_targets", lambda r: r["strength"] < 0.1, lambda x: x * 1.1,
     {"strength_start_when_small"}),
    (strength_sharpness, "by_targets", lambda r: r["strength"] > 10, lambda x: x * 1.1,
     {"strength_start_when_large"}),
    (strength_sharpness, "sharpening", lambda r: (r["depth"] == 2) & (r["strength"] == 1e5),
     lambda x: x * 2, {"strength_no_sharpening"}),
    (strength_critical, "over_minimal", lambda r: r.index == 2, lambda x: 1.01,
     {"strength_critical_bound"}),
    (strength_critical, "over_minimal", lambda r: r["strength"] == 1e3, lambda x: 0.9,
     {"strength_critical_rate"}),
    (strength_catapult, "outcome", lambda r: r["curvature"] == 3.0, lambda x: "diverged",
     {"strength_catapult_below"}),
    (strength_catapult, "outcome", lambda r: r["curvature"] == 4.5, lambda x: "bounded",
     {"strength_catapult_above"}),
    (strength_catapult, "peak_share", lambda r: r["curvature"] == 3.0, lambda x: 0.6,
     {"strength_catapult_bound"}),
    (strength_perceptrons, "over_start",
     lambda r: (r["strength"] == 1e-4) & (r["activation"] == "relu"), lambda x: 1.3,
     {"strength_no_headroom"}),
    (strength_perceptrons, "over_start",
     lambda r: (r["strength"] == 1e-4) & (r["activation"] == "identity"), lambda x: 1.1,
     {"strength_linear_headroom"}),
    (strength_perceptrons, "learns", lambda r: (r["batch_size"] == 2) & (r["strength"] == 100),
     lambda x: x * 1e3, {"strength_small_batches"}),
    (strength_curves, "half_time", lambda r: r["strength"] == 1e6, lambda x: x * 1.1,
     {"strength_plateau"}),
    (strength_curves, "steps_a_decade", everything, lambda x: x + 1,
     {"strength_plateau_of_two_layers"}),
    (strength_curves, "stretched_share", everything, lambda x: 0.5,
     {"strength_stretching_fails"}),
    (strength_closure, "learns", lambda r: r["relative_strength"] == 0.6, lambda x: False,
     {"strength_closure_alive"}),
    (strength_closure, "learns", lambda r: r["relative_strength"] == 1.0, lambda x: True,
     {"strength_closure_dead"}),
]  # fmt: skip


@pytest.mark.parametrize(("module", "column", "where", "change", "claims"), CASES)
def test_a_wrong_number_is_told(module, column, where, change, claims):
    found = turned(module, together(*TABLES[module]), column, where, change)
    assert {claim: found.get(claim) for claim in claims} == dict.fromkeys(claims, "fails")
    assert set(found) - claims <= FEW | {"strength_sharpening"}


@pytest.mark.parametrize(
    ("module", "column", "claim"),
    [
        (strength_sharpness, "minimal_sharpness", "strength_minimal_sharpness"),
        (strength_sharpness, "sharpening", "strength_sharpening"),
        (strength_critical, "converges", "strength_small_exponent"),
        (strength_critical, "converges", "strength_large_exponent"),
        (strength_catapult, "peak", "strength_catapult_peak"),
        (strength_perceptrons, "learns", "strength_large_exponent_of_perceptrons"),
    ],
)
def test_another_exponent_in_the_strength_is_told(module, column, claim):
    right = together(*TABLES[module])
    wrong = right.assign(**{column: right[column] * right["strength"] ** -0.4})
    assert verdicts(module, wrong)[claim] == "fails"


def test_a_rate_that_grows_more_slowly_is_told():
    right = together(PERCEPTRONS, BATCHES)
    wrong = right.assign(learns=right["strength"] ** 1.9)
    assert verdicts(strength_perceptrons, wrong)["strength_exponent_above_two"] == "fails"


def test_a_law_that_holds_between_is_told():
    right = together(CRITICAL)
    wrong = right.assign(converges=right["strength"] ** 2)
    assert verdicts(strength_critical, wrong)["strength_between"] == "fails"


def test_curves_that_are_not_one_are_told():
    last = lambda rows: rows["strength"] == rows["strength"].max()  # noqa: E731
    found = turned(strength_curves, together(CURVES), "risk_share", last, lambda x: x + 0.1)
    assert found == dict.fromkeys(("strength_collapse", "strength_collapse_improves"), "fails")


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("strength_plane_minimal_edge", "3_converged"),
        ("strength_plane_budget", "2_learned"),
        ("strength_plane_trainable", "1_plateau"),
    ],
)
def test_another_outcome_is_told(claim, outcome):
    right = together(PLANE)
    places = {
        "strength_plane_minimal_edge": right["learning_rate"] > 1.3 * right["minimal_edge"],
        "strength_plane_budget": (right["strength"] > 1e3)
        & (right["learning_rate"] < right["budget_edge"] / 2),
        "strength_plane_trainable": (right["strength"] > 1e3)
        & (right["learning_rate"] > 2 * right["budget_edge"])
        & (right["learning_rate"] < right["minimal_edge"] / 1.3),
    }[claim]
    wrong = right.copy()
    wrong.loc[right.index[places][0], "outcome"] = outcome
    assert changed(verdicts(strength_plane, right), verdicts(strength_plane, wrong)) == {
        claim: "fails"
    }
