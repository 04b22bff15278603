"""What is claimed of where gradient flow ends.

What the paper proves under its assumptions is judged by `flatminima.claims.flow_laws`, which knows
of each flow whether they hold, and of residual networks by `flatminima.claims.residual_grid`.
"""

import pandas as pd

from flatminima.claims import ROUNDING, growth_claims, judge_cases, scales

__all__ = ["claims"]

GROWTH = 0.05
"""What "does not grow" means: an exponent of a power law of at most this."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flow`."""
    del reduced
    done = table[table["outcome"] == "converged"]
    connected = done[done["initialisation"] != "residual"]
    regime = f"{len(done)} of {len(table)} flows, followed to their ends"
    rows = [
        judge_cases(
            "lemma_1", "paper, Lemma 1",
            "the flow conserves W_{k+1}^T W_{k+1} - W_k W_k^T",
            "-largest change / max(1, largest imbalance)",
            -done["imbalance_change"] / done["initial_imbalance"].clip(lower=1),
            tolerance=ROUNDING, regime=regime,
        ),
        judge_cases(
            "flow_ends_above_minimal_sharpness", "this study, to the paper's Theorem 1",
            "S_min <= S at the ends of flows", "S / S_min - 1",
            done["final_sharpness"] / done["minimal_sharpness"] - 1, tolerance=ROUNDING,
            regime=regime,
        ),
    ]  # fmt: skip
    if connected.empty:
        return rows
    ratios = connected.assign(ratio=connected["final_sharpness"] / connected["minimal_sharpness"])
    texts = ("corollary_2", "paper, Corollary 2", "S / S_min at the end")
    shared = ["experiment", "dataset", "initialisation", "init_scale"]
    return rows + growth_claims(
        ratios, "ratio", texts, shared, tolerance=GROWTH, regime=scales(connected)
    )
