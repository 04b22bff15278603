"""Claims about tables of `flatminima.measure_one_feature`."""

import pandas as pd

from flatminima.verdicts import ROUNDING, claims_table, judge_cases

__all__ = ["one_feature_claims"]


def one_feature_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_one_feature`; a row a claim, with `CLAIM_COLUMNS`.

    A flow that did not converge fails: the closed form says where it ends.
    """
    scales = f"scales {table['init_scale'].min():g} to {table['init_scale'].max():g}"
    return claims_table(
        [
            judge_cases(
                "one_feature_end", "this study",
                "with one feature the flow ends at the sharpness 2 Sigma w*^2 sum 1 / (x + b_k)",
                "-|S at the end / closed form - 1|",
                -(table["final_sharpness"] / table["exact_sharpness"] - 1).abs(),
                tolerance=ROUNDING, regime=scales,
            )
        ]
    )  # fmt: skip
