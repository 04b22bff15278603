"""What is claimed of where gradient descent ends.

"Paper" is Marion and Chizat, arXiv:2405.13456.
"""

import pandas as pd

from flatminima.claims import LIMIT, smallest_scales, verdict

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `descent`."""
    del reduced
    done = table[table["outcome"] == "converged"]
    stable = done[done["learning_rate"] * done["flow_sharpness"] < 2]
    unstable = done[done["learning_rate"] * done["flow_sharpness"] >= 2]
    smallest = stable[stable["initialisation"] != "residual"]
    smallest = smallest_scales(smallest)
    rows = [
        verdict(
            "descent_is_stable", "ours",
            "gradient descent converges only to minimisers with S <= 2 / eta",
            "1 - eta S / 2", 1 - done["learning_rate"] * done["final_sharpness"] / 2,
            tolerance=1e-3,
        ),
    ]  # fmt: skip
    for claim, cases, regime in (
        ("descent_meets_flow_small", smallest, "smallest scales, eta S_flow < 2"),
        ("descent_meets_flow", stable, "all scales, eta S_flow < 2"),
        ("descent_meets_flow_unstable", unstable, "eta S_flow >= 2: the flow's end is unstable"),
    ):
        if len(cases):
            rows.append(
                verdict(
                    claim, "paper, section 4 for section 3's descent",
                    "gradient descent and gradient flow end at the same sharpness",
                    "-|S of descent / S of flow - 1|", -cases["relative_difference"].abs(),
                    tolerance=LIMIT, regime=regime,
                )
            )  # fmt: skip
    return rows
