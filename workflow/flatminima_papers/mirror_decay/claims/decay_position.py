"""What is claimed of how weight decay treats the position of the start.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

SAME = 1e-9
"""How near the shares of the dual variable in its bound are."""

KEPT = 0.05
"""How far apart the linear programs of the start with and without its position are, and how large
the bias stays, at least; the minimum-norm solution has norm 1."""

NEAR = 0.01
"""How near the end is to the linear program after the largest dose."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_position`."""
    del reduced
    first, last = (table[table["dose"] == end(table["dose"])] for end in (min, max))
    keys = ["problem", "depth"]
    before, after = (part.set_index(keys).sort_index() for part in (first, last))
    deep = after.index.get_level_values("depth") >= 3
    lasting = deep & (after["program_bias"] > 2 * KEPT)
    shares = table[table["depth"] >= 3].groupby(keys)["dual_share"]
    regime = f"drawn starts, A = {last['dose'].max():g}"
    return [
        judge_cases(
            "decay_centre_moves", "paper", "the centre of the potential moves towards zero",
            "1 - its norm over that without decay", 1 - after["centre"] / before["centre"],
            regime=regime,
        ),
        judge_cases(
            "decay_bias_fades", "reading: that it is slow is ours",
            "with two layers the end forgets where the start was",
            "1 - bias over that without decay", 1 - after["bias"][~deep] / before["bias"][~deep],
            regime=f"L = 2, {regime}",
        ),
        judge_cases(
            "decay_bias_stays", "this study",
            "with more layers no dose makes the end forget it, though the centre moves",
            f"bias - {KEPT}", after["bias"][lasting] - KEPT,
            regime=f"L >= 3, the linear programs differ, {regime}",
        ),
        judge_cases(
            "decay_dual_share", "this study", "for the dual variable keeps its share in its bound",
            "-range of the share over all doses", shares.min() - shares.max(),
            regime="L >= 3, drawn starts", tolerance=SAME,
        ),
        judge_cases(
            "decay_program", "this study", "and the end tends to the linear program of the start",
            "-distance from it", -after["program_distance"][deep], regime=f"L >= 3, {regime}",
            tolerance=NEAR,
        ),
    ]  # fmt: skip
