"""The claims about the flattest minimiser that a search finds."""

import pandas as pd

from flatminima.claims import ROUNDING, depths, judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `minimiser_search`.

    There is one claim. A search that ends below S_min disproves it, and one that ends above has not
    found the minimum.
    """
    del reduced
    return [
        judge_cases(
            "minimal_sharpness_found", "this study",
            "a search over all minimisers ends at S_min, no flatter and no sharper",
            "-|smallest S found / S_min - 1|",
            -(table["searched_sharpness"] / table["minimal_sharpness"] - 1).abs(),
            tolerance=ROUNDING,
            regime=f"{depths(table)}, up to {table['parameters'].max()} parameters",
        )
    ]  # fmt: skip
