"""What is claimed of how depth changes the time that gradient flow takes.

"Paper" is Labarrière and others 2024, arXiv:2412.16765, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

LARGE, SMALL = 1.4, 0.5
"""The scales from which depth is claimed to accelerate, and up to which to delay."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_depth`."""
    del reduced
    deep = table[table["depth"] > 2]
    large, small = deep[deep["scale"] >= LARGE], deep[deep["scale"] <= SMALL]
    return [
        judge_cases(
            "diagonal_depth_accelerates", "reading: the regime is ours",
            "more layers than two make the flow faster", "1 - time over that of two layers",
            1 - large["time_over_two_layers"], regime=f"equal starts, scales from {LARGE}",
        ),
        judge_cases(
            "diagonal_depth_delays", "this study",
            "from a small scale they make it slower", "time over that of two layers - 1",
            small["time_over_two_layers"] - 1, regime=f"equal starts, scales up to {SMALL}",
        ),
    ]  # fmt: skip
