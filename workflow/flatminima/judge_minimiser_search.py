"""Claims about tables of `flatminima.measure_minimiser_search`."""

import pandas as pd

from flatminima.verdicts import ROUNDING, claims_table, judge_cases

__all__ = ["minimiser_search_claims"]


def minimiser_search_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `measure_minimiser_search`; a row a claim, with `CLAIM_COLUMNS`.

    One claim: a search that ends below S_min disproves it, one that ends above has not found it.
    """
    return claims_table(
        [
            judge_cases(
                "minimal_sharpness_found", "this study",
                "a search over all minimisers ends at S_min, no flatter and no sharper",
                "-|smallest S found / S_min - 1|",
                -(table["searched_sharpness"] / table["minimal_sharpness"] - 1).abs(),
                tolerance=ROUNDING,
                regime=f"L = {table['depth'].min()} to {table['depth'].max()}, up to "
                f"{table['parameters'].max()} parameters",
            )
        ]
    )  # fmt: skip
