"""The claims about where descent on two layers and one feature converges.

"Paper" is Beneventano and Woodworth 2025, arXiv:2501.09137.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `shallow_outcomes`."""
    del reduced
    converged = table[table["outcome"] == "converged"]
    below = table[table["relative_rate"] < table["flow_edge"]]
    above = table[table["relative_rate"] > table["minimal_edge"]]
    edge = 2 * table["minimal_edge"] / table["relative_rate"]  # 2/eta where S_min = 2
    start = "starts that compute zero"
    return [
        judge_cases(
            "shallow_all_converge", "paper",
            "descent converges from every imbalance at rates below 2/S of the flow's end",
            "1 where it converges, else -1", _one_where(below["outcome"] == "converged"),
            regime=f"{start}, rates below 2/S of the flow's end",
        ),
        judge_cases(
            "shallow_none_converges", "this study",
            "descent converges from no imbalance at rates above 2/S_min",
            "1 where it does not converge, else -1", _one_where(above["outcome"] != "converged"),
            regime=f"{start}, rates above 2/S_min",
        ),
        judge_cases(
            "shallow_map_below_the_flow", "paper",
            "descent ends flatter than the flow from the same start",
            "S of the flow / S of descent - 1",
            converged["flow_sharpness"] / converged["final_sharpness"] - 1,
            regime=f"{start}, wherever descent converges",
        ),
        judge_cases(
            "shallow_map_edge_of_stability", "paper",
            "descent ends at a sharpness of at most 2/eta", "2 / (eta S) - 1",
            edge[converged.index] / converged["final_sharpness"] - 1,
            regime=f"{start}, wherever descent converges",
        ),
    ]  # fmt: skip


def _one_where(true: pd.Series) -> np.ndarray:
    return np.where(true, 1.0, -1.0)
