"""What is claimed of switching weight decay off, against keeping it on.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read: it
proposes to switch decay off.
"""

import numpy as np
import pandas as pd

from flatminima.claims import judge_interval, margin_above, margin_below
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

SAME = 0.1
"""The rate that is kept on in the comparison at one rate; after a dose of 4 a time of 40 passed."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_switch`.

    Errors are compared problem by problem, by their logarithms. The tuned rate is the one of
    smallest mean error at its noise, so that keeping decay has the benefit of hindsight.
    """
    del reduced
    dose = table["dose"].max()
    clean = table[table["noise"] == 0]
    same, tuned = _logs(clean, SAME), _logs(clean, _best_rate(clean))
    rows = [
        judge_interval(
            "decay_switch_same_rate", "reading: the regime is ours",
            f"switching decay off at A = {dose:g} recovers the weights better than keeping it",
            "-mean log of the error over that of kept decay",
            margin_below(mean_interval(same), 0.0), len(same),
            regime=f"no label noise, kept at {SAME}",
        ),
        judge_interval(
            "decay_switch_tuned_rate", "this study",
            "but not better than keeping the best rate",
            "mean log of the error over that of kept decay",
            margin_above(mean_interval(tuned), 0.0), len(tuned),
            regime=f"no label noise, kept at {_best_rate(clean):g}",
        ),
    ]  # fmt: skip
    for level, (noise, group) in enumerate(table[table["noise"] > 0].groupby("noise"), start=1):
        logs = _logs(group, _best_rate(group))
        rows.append(
            judge_interval(
                f"decay_switch_noise_{level}", "this study",
                "with label noise keeping the best rate recovers the weights better",
                "mean log of the error over that of kept decay",
                margin_above(mean_interval(logs), 0.0), len(logs),
                regime=f"label noise {noise:g}, kept at {_best_rate(group):g}",
            )
        )  # fmt: skip
    return rows


def _best_rate(table: pd.DataFrame) -> float:
    return float(table[table["strategy"] == "kept"].groupby("decay")["error"].mean().idxmin())


def _logs(table: pd.DataFrame, rate: float) -> np.ndarray:
    """Return the log of the error after the largest dose over that of a kept rate, by problem."""
    off = table[table["dose"] == table["dose"].max()].set_index("problem")["error"]
    kept = table[table["decay"] == rate].set_index("problem")["error"]
    return np.log(off / kept).to_numpy()
