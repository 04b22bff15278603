import numpy as np

from flatminima.claims import GROWTH, LIMIT, ROUNDING

from .controls import Control, Judged, controlled, grid
from .tables import flows, judged


def test_what_is_proved_holds():
    claims = judged("flow", flows())
    proved = claims.drop(["corollary_2_any_scale", "corollary_3_any_scale"])
    growth = proved.index.str.endswith(("_depth", "_width"))
    assert proved[~growth]["holds"].all(), proved[~proved["holds"]]
    assert set(proved.index[growth]) == {
        "corollary_2_depth", "corollary_3_depth", "corollary_3_over_minimal_depth",
        "theorem_4_deviation_depth",
    }  # fmt: skip
    assert proved.loc["corollary_2_depth", "holds"]
    assert claims.loc["theorem_4_convergence", "cases"] == 8
    assert claims.loc["balanced_limit", "cases"] == 8
    assert "0.001" in claims.loc["balanced_limit", "regime"]


def test_up_to_which_scale_a_bound_holds_is_told():
    table = flows()
    sharper = table["final_sharpness"].where(table["init_scale"] < 0.3, 1e6)
    claims = judged("flow", table.assign(final_sharpness=sharper))
    assert claims.loc["corollary_2", "holds"]
    assert not claims.loc["corollary_2_any_scale", "holds"]
    assert claims.loc["corollary_2_any_scale", "regime"].endswith("at all up to 0.001")


def test_convergence_is_claimed_of_the_scales_of_its_own_flows():
    claims = judged("flow", flows()[lambda table: table["init_scale"] > 0.001])
    assert claims.loc["theorem_3_convergence", "regime"] == "scale 0.3"
    assert claims.loc["theorem_4_convergence", "regime"] == "scale 0.25"


def test_a_flow_that_does_not_converge_is_told():
    table = flows()
    failed = table.assign(outcome=table["outcome"].where(table.index != 0, "not_converged"))
    assert not judged("flow", failed).loc["theorem_3_convergence", "holds"]


def test_a_sharpness_that_grows_with_the_depth_is_told():
    table = flows()
    growing = table.assign(final_sharpness=table["final_sharpness"] * table["depth"])
    assert not judged("flow", growing).loc["corollary_2_depth", "holds"]


# Negative controls


def sound():
    """Flows that end at S_balanced = 5 = 5/4 S_min, of half the bound, at all sizes and scales."""
    table = grid(
        experiment=["e"], dataset=["d"], initialisation=["one_layer_zero", "residual"],
        depth=[2, 4, 8, 16], width=[3, 6, 12, 24], init_scale=[0.001, 0.3],
    )  # fmt: skip
    return Judged(
        table.assign(
            outcome="converged",
            initial_imbalance=np.where(table["depth"] == 2, 0.5, 3.0),
            imbalance_change=0.0,
            lojasiewicz_ratio=1.0,
            risk_rate=2.0,
            predicted_risk_rate=2.0,
            rank_one_rest=0.0,
            alignment=1.0,
            norm_spread=1.0,
            minimal_sharpness=4.0,
            balanced_sharpness=5.0,
            final_sharpness=5.0,
            flow_bound=10.0,
            deviation=1.0,
        )
    )


SOUND = sound()
RESIDUAL = SOUND.table["initialisation"] == "residual"
SMALL_SCALE = SOUND.table["init_scale"] == 0.001
# one network, and one too small to count for growth
ONE = (SOUND.table["depth"] == 2) & (SOUND.table["width"] == 3)
LARGE = (SOUND.table["depth"] == 8) & (SOUND.table["width"] == 6) & ~RESIDUAL


def valued(claim, tolerance, rows, column, value, implies=()):
    return Control(
        *(claim, tolerance),
        lambda sound, beyond: sound.with_values(rows, **{column: value(beyond)}),
        frozenset(implies),
    )


def unfinished(claim, rows, margin):
    """Return the control of a flow that does not converge."""

    def falsify(sound, beyond):
        return sound.with_values(rows, outcome="not_converged") if beyond > 0 else sound

    return Control(claim, 0.0, falsify, margin=margin)


def growing(claim, rows, column, axis, sign):
    """Return the control of a column that grows, or shrinks, as a power of an axis."""

    def falsify(sound, beyond):
        growth = (sound.table[axis] / sound.table[axis].min()) ** (sign * beyond)
        return sound.with_values(rows, **{column: sound.table[column] * growth})

    return Control(f"{claim}_{axis}", GROWTH, falsify)


def below(beyond):
    return 5 / (1 + beyond)


CONTROLS = [
    # relative to the imbalance at the start, but to no less than one
    valued("lemma_1", ROUNDING, ONE & SMALL_SCALE, "imbalance_change", lambda beyond: beyond),
    valued("lemma_1", ROUNDING, LARGE & SMALL_SCALE, "imbalance_change", lambda beyond: 3 * beyond),
    valued(
        *("theorem_3_inequality", ROUNDING, ONE & RESIDUAL, "lojasiewicz_ratio"),
        lambda beyond: 1 - beyond,
    ),
    valued("risk_rate", 1e-6, ONE & RESIDUAL, "risk_rate", lambda beyond: 2 * (1 - beyond)),
    unfinished("theorem_3_convergence", LARGE & SMALL_SCALE, margin=-1),
    unfinished("theorem_4_convergence", ONE & RESIDUAL & SMALL_SCALE, margin=-1 / 32),
    *(
        valued(claim, LIMIT, ONE & ~RESIDUAL & SMALL_SCALE, column, value)
        for claim, column, value in (
            ("corollary_1_rank", "rank_one_rest", lambda beyond: beyond),
            ("corollary_1_alignment", "alignment", lambda beyond: 1 - beyond),
            ("corollary_1_norms", "norm_spread", lambda beyond: 1 + beyond),
            ("balanced_limit", "balanced_sharpness", lambda beyond: 5 / (1 - beyond)),
            ("balanced_limit", "balanced_sharpness", lambda beyond: 5 / (1 + beyond)),
        )
    ),
    *(
        control
        for corollary, rows in (("corollary_2", ONE & ~RESIDUAL), ("corollary_3", ONE & RESIDUAL))
        for control in (
            # the smallest scale is one of them all
            valued(
                *(corollary, 0.0, rows & SMALL_SCALE, "flow_bound", below),
                implies=[f"{corollary}_any_scale"],
            ),
            valued(f"{corollary}_any_scale", 0.0, rows & ~SMALL_SCALE, "flow_bound", below),
        )
    ),
    *(
        growing(claim, rows, column, axis, sign)
        for claim, rows, column, sign in (
            ("corollary_2", ~RESIDUAL & SMALL_SCALE, "minimal_sharpness", -1),
            ("corollary_3", RESIDUAL, "flow_bound", -1),
            ("corollary_3_over_minimal", RESIDUAL, "minimal_sharpness", -1),
            ("theorem_4_deviation", RESIDUAL, "deviation", 1),
        )
        for axis in ("depth", "width")
    ),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("flow", SOUND, CONTROLS)
