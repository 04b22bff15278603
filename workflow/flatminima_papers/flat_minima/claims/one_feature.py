"""The claims about gradient flow with one feature."""

import pandas as pd

from flatminima.claims import ROUNDING, depths, judge_cases, scales

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `one_feature`.

    A flow that did not converge makes the claim fail, because the closed form says where it ends.
    """
    del reduced
    return [
        judge_cases(
            "one_feature_end", "this study",
            "with one feature the flow ends at the sharpness 2 Sigma w*^2 sum 1 / (x + b_k)",
            "-|S at the end / closed form - 1|",
            -(table["final_sharpness"] / table["exact_sharpness"] - 1).abs(),
            tolerance=ROUNDING, regime=f"{depths(table)}, {scales(table)}",
        )
    ]  # fmt: skip
