"""The claims about where gradient flow ends.

Claims of the paper are judged where its assumptions A1 and A2 hold, and a second time, with
``_beyond`` in their names, where they do not.  Those about residual networks are in
`claims.residual_hypothesis`.
"""

import pandas as pd

from flatminima.claims import GROWTH, ROUNDING, growth_claims, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flow`."""
    del reduced
    done = table[table["outcome"] == "converged"]
    connected = done[done["initialisation"] != "residual"]
    regime = f"{len(done)} of {len(table)} flows, followed to their ends"
    rows = [
        judge_cases(
            "lemma_1", "paper: Lemma 1",
            "the flow conserves W_{k+1}^T W_{k+1} - W_k W_k^T",
            "-largest change / max(1, largest imbalance)",
            -done["imbalance_change"] / done["initial_imbalance"].clip(lower=1),
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "flow_ends_above_minimal_sharpness", "this study: to the paper's Theorem 1",
            "S_min <= S at the ends of flows", "S / S_min - 1",
            done["final_sharpness"] / done["minimal_sharpness"] - 1, tolerance=ROUNDING,
            regime=regime,
        ),
    ]  # fmt: skip
    if connected.empty:
        return rows
    ratios = connected.assign(ratio=connected["final_sharpness"] / connected["minimal_sharpness"])
    shared = ["experiment", "dataset", "initialisation", "init_scale"]
    inside = ratios["assumption_1"] & ratios["assumption_2"]
    for claim, cases, source, assumptions in (
        ("corollary_2", inside, "paper", "A1 and A2 hold"),
        ("corollary_2_beyond", ~inside, "reading", "A1 or A2 does not hold"),
    ):
        texts = (claim, f"{source}: Corollary 2", "S / S_min at the end")
        rows += growth_claims(
            ratios[cases], "ratio", texts, shared, tolerance=GROWTH, regime=assumptions
        )
    return rows
