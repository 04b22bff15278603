"""Every claim holds of a small measurement, and fails of one with a wrong number.

Where a small measurement has too few cases for its interval, the claim is left undecided there.
"""

import pytest

from ...judging import verdicts
from ..tables import SMALL, table

UNDECIDED_WHEN_SMALL = {"decay_descent_order"}
JUDGED = [kind for kind in SMALL if kind != "decay_path"]  # it is for a figure alone


@pytest.mark.parametrize("kind", JUDGED)
def test_all_claims_hold(kind):
    found = verdicts(f"mirror_decay.claims.{kind}", table(kind))
    assert {name for name, verdict in found.items() if verdict == "fails"} == set()
    undecided = {name for name, verdict in found.items() if verdict == "undecided"}
    assert undecided <= UNDECIDED_WHEN_SMALL


@pytest.mark.parametrize(
    ("kind", "claim", "column", "change"),
    [
        ("identity", "mirror_flow_two_layers", "defect", lambda x: x + 1e-6),
        ("identity", "mirror_flow", "defect", lambda x: x + 1e-6),
        ("identity", "clock", "defect_without_clock", lambda x: 0 * x),
        ("schedule", "dose_theorem", "dose_defect", lambda x: x + 1e-6),
        ("schedule", "is_stored", "dose_effect", lambda x: 0 * x),
        ("control", "schedule_matters_connected", "schedule_effect", lambda x: 0 * x),
        ("control", "schedule_matters_sensing", "schedule_effect", lambda x: 0 * x),
        ("control", "start_differs_connected", "start_effect", lambda x: 0 * x),
        ("control", "start_differs_sensing", "start_effect", lambda x: 0 * x),
        ("dose", "type", "start_norm_ratio", lambda x: 3 - x),
        ("dose", "type_in_the_end", "start_norm_ratio", lambda x: x + 0.1),
        ("dose", "dose_followed", "norm_ratio", lambda x: 1.01 * x),
        ("position", "centre_moves", "centre", lambda x: 1 / x),
        ("position", "bias_fades", "bias", lambda x: 1 / x),
        ("position", "bias_stays", "bias", lambda x: 0 * x),
        ("position", "program", "program_distance", lambda x: x + 1),
        ("sharpness", "sharpness_exact", "sharpness", lambda x: 1.001 * x),
        ("sharpness", "flattens", "exact_sharpness", lambda x: -x),
        ("sharpness", "flattest", "minimal_sharpness", lambda x: x / 2),
        ("potential", "exponent_between", "exponent", lambda x: x - 0.5),
        ("potential", "exponent_falls", "exponent", lambda x: 3 - x),
        ("range", "range_shrinks", "lower_end", lambda x: x + 0.1),
        ("range", "range_identity", "identity_defect", lambda x: x + 1e-3),
        ("range", "range_ends", "latest_dose", lambda x: x / 2),
        ("range", "range_ends", "broke", lambda x: x & False),
        ("critical", "collapse_above_deep", "final_norm", lambda x: x + 1),
        ("critical", "escape_below_deep", "final_norm", lambda x: 0 * x),
        ("critical", "collapse_above_two_layers", "final_norm", lambda x: x + 1),
        ("critical", "escape_below_two_layers", "final_norm", lambda x: 0 * x),
        ("lasso", "lasso", "lasso_distance", lambda x: x + 0.01),
        ("lasso", "lasso_biased", "interpolator_distance", lambda x: 0 * x),
        ("descent", "descent_order", "schedule_effect", lambda x: x**2),
        ("descent", "descent_step", "step_defect", lambda x: x + 1e-6),
    ],
)
def test_a_wrong_number_is_told(kind, claim, column, change):
    kind, claim = f"decay_{kind}", f"decay_{claim}"
    right = table(kind)
    wrong = right.assign(**{column: change(right[column])})
    assert verdicts(f"mirror_decay.claims.{kind}", wrong)[claim] == "fails"


def test_depths_in_the_wrong_order_are_told():
    right = table("decay_dose")
    wrong = right.assign(depth=5 - right["depth"])
    assert verdicts("mirror_decay.claims.decay_dose", wrong)["decay_type_depth"] == "fails"


def test_a_share_that_drifts_is_told():
    right = table("decay_position")
    wrong = right.assign(dual_share=right["dual_share"] + 1e-3 * right["dose"])
    assert verdicts("mirror_decay.claims.decay_position", wrong)["decay_dual_share"] == "fails"


@pytest.mark.parametrize(
    ("claim", "noise", "factor"),
    [
        ("decay_switch_same_rate", 0.0, 100),
        ("decay_switch_tuned_rate", 0.0, 1e-3),
        ("decay_switch_noise_1", 0.5, 1e-3),
    ],
)
def test_other_errors_after_switching_off_are_told(claim, noise, factor):
    right = table("decay_switch")
    where = (right["strategy"] == "off") & (right["noise"] == noise)
    wrong = right.assign(error=right["error"].where(~where, factor * right["error"]))
    assert verdicts("mirror_decay.claims.decay_switch", wrong)[claim] == "fails"


def test_runs_that_did_not_converge_are_not_judged():
    with pytest.raises(ValueError, match="no case"):
        verdicts("mirror_decay.claims.decay_control", table("decay_control").assign(risk=1.0))
