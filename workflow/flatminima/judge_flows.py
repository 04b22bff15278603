"""Claims about tables of `flatminima.flow_measurements.measure_flows`.

What the paper proves under its assumptions is judged by `flatminima.judge_flow_laws`, which knows
of each flow whether they hold, and of residual networks by `flatminima.judge_residual_grid`.
"""

import pandas as pd

from flatminima.growth import growth_exponent
from flatminima.verdicts import ROUNDING, claims_table, judge_cases, judge_interval

__all__ = ["flow_claims"]

GROWTH = 0.05
"""What "does not grow" means: an exponent of a power law of at most this."""


def flow_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_flows` (one or many, joined); a row a claim."""
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
    ratios = connected.assign(ratio=connected["final_sharpness"] / connected["minimal_sharpness"])
    for axis, other in (("depth", "width"), ("width", "depth")):
        shared = ["experiment", "dataset", "initialisation", "init_scale", other]
        several = ratios[ratios.groupby(shared)[axis].transform("nunique") >= 3]
        if len(several):
            growth = growth_exponent(several, "ratio", axis, shared)
            scales = several["init_scale"]
            rows.append(
                judge_interval(
                    f"corollary_2_{axis}", "paper, Corollary 2",
                    f"S / S_min at the end does not grow with the {axis}",
                    "-exponent of its growth",
                    (-growth.exponent, -growth.high, -growth.low), growth.cases,
                    tolerance=GROWTH, regime=f"scales {scales.min():g} to {scales.max():g}",
                )
            )  # fmt: skip
    return claims_table(rows)
