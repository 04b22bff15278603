"""What is claimed of gradient flow and where it ends.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import (
    LIMIT,
    ROUNDING,
    growth_claims,
    scales,
    scales_of_bound,
    smallest_scales,
    verdict,
)
from flatminima.summaries.statistics import probability

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `flow`."""
    del reduced
    done = table[table["outcome"] == "converged"]
    fully_connected = done[done["initialisation"] != "residual"]
    satisfying = table[table["initialisation"] == "one_layer_zero"]
    residual = table[table["initialisation"] == "residual"]
    rows = [
        verdict(
            "lemma_1", "paper, Lemma 1",
            "the flow conserves W_{k+1}^T W_{k+1} - W_k W_k^T",
            "-largest change / max(1, largest imbalance)",
            -done["imbalance_change"] / done["initial_imbalance"].clip(lower=1),
            tolerance=ROUNDING,
        ),
        verdict(
            "theorem_3_inequality", "paper, Theorem 3",
            "sum_k ||grad_k R||^2 >= 4 lambda sum_k ||u_k||^2 sigma_min^2 (R - R_min)",
            "smallest ratio of the sides along the path - 1",
            done["lojasiewicz_ratio"] - 1, tolerance=ROUNDING,
        ),
        verdict(
            "risk_rate", "ours",
            "at the end the risk falls at twice the smallest positive eigenvalue of the Hessian",
            "measured rate / that rate - 1",
            done["risk_rate"] / done["predicted_risk_rate"] - 1, tolerance=1e-6,
        ),
    ]  # fmt: skip
    if len(satisfying):
        converged = satisfying["outcome"] == "converged"
        rows.append(
            verdict(
                "theorem_3_convergence", "paper, Theorem 3",
                "under assumption A1 the flow converges to a global minimiser",
                "0 if the flow converged, -1 if not",
                converged.astype(float) - 1, regime=scales(satisfying),
            )
        )  # fmt: skip
    if len(fully_connected):
        rows += _fully_connected_claims(fully_connected)
    if len(residual):
        rows += _residual_claims(residual)
    return rows


def _fully_connected_claims(flows: pd.DataFrame) -> list[dict]:
    smallest = smallest_scales(flows)
    ratio = flows["final_sharpness"] / flows["flow_bound"]
    regime = f"the smallest scale of each network: {scales(smallest)}"
    rows = [
        verdict(
            "corollary_1_rank", "paper, Corollary 1", "the layers tend to rank one",
            "-largest 1 - sigma_1^2 / ||W||_F^2", -smallest["rank_one_rest"],
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_1_alignment", "paper, Corollary 1", "neighbouring layers tend to align",
            "smallest |<left, right>| - 1", smallest["alignment"] - 1,
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_1_norms", "paper, Corollary 1", "the layers tend to equal norm",
            "1 - largest / smallest norm", 1 - smallest["norm_spread"],
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "balanced_limit", "ours", "S at the end tends to S_balanced as the scale goes to 0",
            "-|S / S_balanced - 1|",
            -(smallest["final_sharpness"] / smallest["balanced_sharpness"] - 1).abs(),
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_2", "paper, Corollary 2", "S at the end <= 8cL Lambda",
            "1 - S / bound", 1 - smallest["final_sharpness"] / smallest["flow_bound"],
            regime=regime,
        ),
        verdict(
            "corollary_2_any_scale", "beyond the paper",
            "the same where the scale is not small",
            "1 - S / bound", 1 - ratio, regime=scales_of_bound(flows, ratio),
        ),
    ]  # fmt: skip
    return rows + growth_claims(
        smallest.assign(ratio=smallest["final_sharpness"] / smallest["minimal_sharpness"]),
        "ratio", "corollary_2", "paper, Corollary 2", "S / S_min at the end", regime,
    )  # fmt: skip


def _residual_claims(flows: pd.DataFrame) -> list[dict]:
    converged = int((flows["outcome"] == "converged").sum())
    low = probability(converged, len(flows))["low"]
    done = flows[flows["outcome"] == "converged"]
    smallest = smallest_scales(done)
    regime = scales(flows)
    ratio = done["final_sharpness"] / done["flow_bound"]
    rows = [
        verdict(
            "theorem_4_convergence", "paper, Theorem 4",
            "with high probability the flow converges to a global minimiser",
            f"share - 1 (Wilson 95 %: from {low:.4f})",
            [converged / len(flows) - 1], regime=regime,
        ) | {"cases": len(flows)},
        verdict(
            "corollary_3", "paper, Corollary 3, with the constant of Corollary 2",
            "S at the end <= 8cL Lambda", "1 - S / bound",
            1 - smallest["final_sharpness"] / smallest["flow_bound"],
            regime=f"the smallest scale of each network: {scales(smallest)}",
        ),
        verdict(
            "corollary_3_any_scale", "beyond the paper",
            "the same where the scale is not small",
            "1 - S / bound", 1 - ratio, regime=scales_of_bound(done, ratio),
        ),
    ]  # fmt: skip
    # Lambda / a changes with the data, and these with the width: S_min alone does not see it.
    done = done.assign(
        ratio=ratio, over_minimal=done["final_sharpness"] / done["minimal_sharpness"]
    )
    for column, claim, source, name in (
        ("ratio", "corollary_3", "paper, Corollary 3", "S / (8cL Lambda) at the end"),
        ("over_minimal", "corollary_3_over_minimal", "beyond the paper", "S / S_min at the end"),
        ("deviation", "theorem_4_deviation", "paper, Theorem 4", "max_k ||theta_k||_F"),
    ):
        rows += growth_claims(done, column, claim, source, name, regime)
    return rows
