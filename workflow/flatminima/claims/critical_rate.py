"""What is claimed of the critical learning rate.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import GROUP, LIMIT, ROUNDING, verdict

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame) -> list[dict]:
    """Judge measurements of the kind `critical_rate`."""
    successful = table[table["converged"] > 0]
    largest = successful.groupby(GROUP)["learning_rate"].max()
    longest = reduced[reduced["steps"] == reduced["steps"].max()]
    stable = longest["diverged_below"] == 0
    distance = (longest["critical_rate"] / longest["exact_critical_rate"] - 1).abs()
    paper = (longest["critical_rate"] / longest["paper_critical_rate"] - 1).abs()
    rows = [
        verdict(
            "critical_rate_is_above", "ours",
            "no run reaches a global minimiser at a rate above 2 / S_min",
            "1 - largest rate of a run that did / (2 / S_min)",
            1 - successful.groupby(GROUP)["relative_rate"].max(), tolerance=ROUNDING,
        ),
        verdict(
            "critical_rate_paper_is_above", "paper, Theorem 1",
            "no run reaches a global minimiser at a rate above 1 / (cLa)",
            "1 - largest rate of a run that did / (1 / (cLa))",
            (1 - largest / longest.groupby(GROUP)["paper_critical_rate"].first()).dropna(),
            tolerance=ROUNDING,
        ),
        verdict(
            "critical_rate_is_nearer", "ours",
            "the measured critical rate is nearer to 2 / S_min than to the paper's 1 / (cLa)",
            "|measured / paper's - 1| - |measured / (2 / S_min) - 1|",
            paper - distance, regime=f"{longest['steps'].max()} steps",
        ),
    ]  # fmt: skip
    for claim, cases, regime in (
        ("critical_rate_is_reached", stable, "no run diverges below the rate"),
        ("critical_rate_is_reached_in_spite_of_divergence", ~stable, "runs diverge below the rate"),
    ):
        if cases.any():
            rows.append(
                verdict(
                    claim, "ours",
                    "the measured critical rate is 2 / S_min",
                    "-|measured / (2 / S_min) - 1|", -distance[cases],
                    tolerance=LIMIT, regime=f"{longest['steps'].max()} steps, {regime}",
                )
            )  # fmt: skip
    return rows
