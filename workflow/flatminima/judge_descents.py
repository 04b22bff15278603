"""Claims about tables of `flatminima.descent_measurements.measure_descents`.

That descent and flow end alike is a statement about small rates: it is judged, with its order,
by `flatminima.judge_backward_error`.  Here rates go up to the critical one.
"""

import pandas as pd

from flatminima.verdicts import claims_table, judge_cases

__all__ = ["descent_claims"]

STABLE = 1e-3
"""Relative: runs at the edge of stability have converged to this."""

SHARPER = 0.01
"""Relative: by how much more than the flow descent may end sharper, at any rate: the order-eta
difference has either sign."""


def descent_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_descents`; a row a claim, with `CLAIM_COLUMNS`."""
    done = table[table["outcome"] == "converged"]
    unstable = done[done["learning_rate"] * done["flow_sharpness"] > 2]
    rates = f"relative rates {table['relative_rate'].min():g} to {table['relative_rate'].max():g}"
    return claims_table(
        [
            judge_cases(
                "descent_is_stable", "this study",
                "gradient descent converges only to minimisers with S <= 2 / eta",
                "1 - eta S / 2", 1 - done["learning_rate"] * done["final_sharpness"] / 2,
                tolerance=STABLE,
                regime=f"{rates}; the flow's end is unstable in {len(unstable)} of {len(done)}",
            ),
            judge_cases(
                "descent_is_no_sharper", "this study",
                "gradient descent ends no sharper than gradient flow from the same start",
                "1 - S of descent / S of flow",
                1 - done["final_sharpness"] / done["flow_sharpness"],
                tolerance=SHARPER, regime=rates,
            ),
        ]
    )  # fmt: skip
