"""What is claimed of weight decay that is kept on, from small starts."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

SMALL = 0.03
"""The scales that count as small."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_critical`.

    A network has collapsed if its weights end below alpha^L, what layers of the size of the
    start compute.
    """
    del reduced
    small = table[table["scale"] <= SMALL]
    collapsed = small["final_norm"] < small["scale"] ** small["depth"]
    above = small["relative_decay"] > 1
    rows = []
    for name, depths, where in (
        ("deep", small["depth"] >= 3, f"L >= 3, equal starts, scales up to {SMALL}"),
        ("two_layers", small["depth"] == 2, f"L = 2, equal starts, scales up to {SMALL}"),
    ):
        rows += [
            judge_cases(
                f"decay_collapse_above_{name}", "this study",
                "above lambda_c the network collapses to zero",
                "1 where it does, else -1", np.where(collapsed[depths & above], 1.0, -1.0),
                regime=where,
            ),
            judge_cases(
                f"decay_escape_below_{name}", "this study", "below lambda_c it does not",
                "1 where it does not, else -1",
                np.where(collapsed[depths & ~above], -1.0, 1.0), regime=where,
            ),
        ]  # fmt: skip
    return rows
