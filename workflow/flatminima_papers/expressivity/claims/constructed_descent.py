"""What is claimed of descent from constructed weights."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `constructed_descent`."""
    del reduced
    stays = np.where(table["stays"], 1.0, -1.0)
    below = (table["relative_rate"] < 1).to_numpy()
    above = (table["relative_rate"] > 1).to_numpy()
    raw = (table["weights"] == "raw").to_numpy()
    lowest = table["dimension"].map(table[raw].groupby("dimension")["sharpness"].first())
    highest = table["dimension"].map(table[~raw].groupby("dimension")["sharpness"].first())
    between = table["learning_rate"].between(2 / lowest, 2 / highest, inclusive="neither")
    regime = "the maximum with weights as constructed and flattened, plus small noise"
    return [
        judge_cases(
            "constructed_stays", "this study",
            "descent stays at constructed weights at rates below 2/S",
            "1 where it stays, else -1", stays[below], regime=regime,
        ),
        judge_cases(
            "constructed_leaves", "this study", "and leaves them at rates above",
            "1 where it leaves, else -1", -stays[above], regime=regime,
        ),
        judge_cases(
            "constructed_between", "this study",
            "at one rate it leaves the weights that are constructed, and stays at the flattened "
            "ones, which compute the same",
            "1 where the raw leave and the flattened stay, else -1",
            np.where(raw, -stays, stays)[between.to_numpy()],
            regime=f"{regime}, rates between the two edges",
        ),
    ]  # fmt: skip
