"""Every claim holds of a small measurement, and fails of one with a wrong number.

Where a small measurement has too few cases for its interval, the claim is left undecided there.
"""

import numpy as np
import pytest

from ...judging import verdicts
from ..tables import SMALL, table

UNDECIDED_WHEN_SMALL = {"diagonal_recovery", "diagonal_small_scale"}


@pytest.mark.parametrize("kind", SMALL)
def test_all_claims_hold(kind):
    found = verdicts(f"diagonal.claims.{kind}", table(kind))
    assert {name for name, verdict in found.items() if verdict == "fails"} == set()
    undecided = {name for name, verdict in found.items() if verdict == "undecided"}
    assert undecided <= UNDECIDED_WHEN_SMALL


@pytest.mark.parametrize(
    ("kind", "claim", "column", "change"),
    [
        ("limit", "conservation", "conservation_defect", lambda x: x + 1e-6),
        ("limit", "mirror_flow", "dual_defect", lambda x: x + 1e-6),
        ("limit", "limit_is_projection", "limit_defect", lambda x: x + 1e-6),
        ("limit", "limit_depends_on_the_start", "distance_moved", lambda x: 0 * x + 1),
        ("scales", "large_scale", "distance_l2", lambda x: x**0.9),
        ("scales", "small_scale", "distance_l1", lambda x: x**0.5),
        ("scales", "small_scale_law", "rest_error", lambda x: x + 0.1),
        ("scales", "depth_makes_sparse", "distance_l1", lambda x: 0 * x + 1),
        ("shape", "shape_program", "distance_program", lambda x: x + 1),
        ("shape", "shape_is_not_sparse", "distance_l1", lambda x: 0 * x),
        ("shape", "shape_two_layers", "distance_l1", lambda x: 1 / x),
        ("rate", "exponential", "bound_margin", lambda x: x - 0.01),
        ("rate", "late_rate", "rate", lambda x: 1.01 * x),
        ("depth", "depth_accelerates", "time_over_two_layers", lambda x: x + 1),
        ("depth", "depth_delays", "time_over_two_layers", lambda x: x / 10),
        ("escape", "escape_time", "escape", lambda x: 1.1 * x),
        ("escape", "escape_order", "escape", lambda x: x**1.2),
        ("signs", "balanced_signs", "distance_signs", lambda x: x + 1e-3),
        ("signs", "assumption_is_needed", "distance_best", lambda x: 0 * x),
        ("signs", "assumption_suffices", "distance_best", lambda x: x + 1e-3),
        ("sharpness", "minimal_sharpness", "random_sharpness", lambda x: 0.9 * x),
        ("sharpness", "minimal_sharpness", "minimal_sharpness", lambda x: 3 * x),
        ("sharpness", "minimal_sharpness_certified", "certificate_gap", lambda x: x + 1e-3),
        ("sharpness", "flow_sharpness", "flow_bound", lambda x: x / 20),
        ("sharpness", "norms_are_not_flattest", "sparse_sharpness", lambda x: x / 5),
        ("sharpness", "flatter_than_connected", "connected_sharpness", lambda x: x / 5),
        ("sharpness", "sharper_than_connected", "connected_sharpness", lambda x: 50 * x),
        ("critical", "none_above_critical", "converged", lambda x: x | True),
        ("critical", "critical_is_sharp", "converged", lambda x: x & False),
        ("critical", "edge", "final_sharpness", lambda x: 2 * x),
        ("flattest_start", "flattest_below", "converged", lambda x: x & False),
        ("flattest_start", "flattest_above", "converged", lambda x: x | True),
        ("descent", "step", "step_defect", lambda x: x + 1e-6),
        ("descent", "descent_limit", "limit_defect", lambda x: x + 1e-6),
        ("descent", "descent_shift", "defect_without_shift", lambda x: 0 * x),
        ("descent", "descent_order", "prediction_error", lambda x: x**0.5),
        ("descent", "recovery", "recovery_error", lambda x: x / 3),
    ],
)
def test_a_wrong_number_is_told(kind, claim, column, change):
    kind, claim = f"diagonal_{kind}", f"diagonal_{claim}"
    right = table(kind)
    wrong = right.assign(**{column: change(right[column])})
    if claim == "diagonal_critical_is_sharp":
        wrong["final_sharpness"] = right["final_sharpness"]
        wrong.loc[wrong["relative_rate"] == 0.7, "converged"] = True
    assert verdicts(f"diagonal.claims.{kind}", wrong)[claim] == "fails"


def test_steps_that_spare_the_support_are_told():
    right = table("diagonal_gain")
    other = {"relevant": "irrelevant", "irrelevant": "relevant"}
    wrong = right.assign(relevance=right["relevance"].map(other))
    assert verdicts("diagonal.claims.diagonal_gain", wrong) == {
        "diagonal_gain_on_the_support": "fails"
    }


def test_rates_whose_gap_is_small_are_not_judged():
    close = table("diagonal_rate").assign(rate_gap=1.1)
    with pytest.raises(ValueError, match="no case"):
        verdicts("diagonal.claims.diagonal_rate", close)


def test_a_missing_escape_is_told():
    right = table("diagonal_escape")
    wrong = right.assign(escape=right["escape"].where(right.index > 0, np.nan))
    found = verdicts("diagonal.claims.diagonal_escape", wrong)
    assert found["diagonal_escape_time"] == "fails"
