"""The claims about runs that go on from the edge of stability with another rate or batch."""

import numpy as np
import pandas as pd

from flatminima.claims import deviation_margin, judge_interval, margin_above, margin_below
from flatminima.summaries.statistics import mean_interval

__all__ = ["claims"]

PAPER = "paper"

SPIKE = 1.5
"""The factor by which a spike exceeds the risk of a run without a change."""

DIVERGED = 1e6
"""The value that counts as the spike of a diverging run."""

NEAR = 0.2
"""The relative distance from the new 2/eta to which batch sharpness comes back."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `edge_test`."""
    del reduced
    rows = []
    for change, destabilises in (
        ("rate doubled", True),
        ("batch halved", True),
        ("rate halved", False),
        ("batch doubled", False),
    ):
        name = change.replace(" ", "_")
        spikes = _over_control(table, change)
        margin = (margin_above if destabilises else margin_below)(
            mean_interval(spikes), np.log(SPIKE)
        )
        what = "spikes" if destabilises else "does not spike"
        rows.append(
            judge_interval(
                f"risk_{'spikes' if destabilises else 'stays'}_when_{name}", PAPER,
                f"the risk {what}, {SPIKE:g} times as high as without a change, when a run at the "
                f"edge goes on with the {name.replace('_', ' ')}",
                "log of the highest risk over that without a change, less or from that",
                margin, len(spikes),
            )
        )  # fmt: skip
    back = table[table["change"].isin(["rate doubled", "batch halved"])]["relative_after"].dropna()
    rows.append(
        judge_interval(
            "batch_sharpness_comes_back_to_the_edge", PAPER,
            "after the spike batch sharpness is at the new 2/eta, unless the run diverges",
            "-|mean over the new 2/eta - 1|", deviation_margin(*mean_interval(back), 1),
            len(back), tolerance=NEAR,
        )
    )  # fmt: skip
    return rows


def _over_control(table: pd.DataFrame, change: str) -> np.ndarray:
    """Return log(spike / spike without a change) of each run that had not diverged before."""
    keys = ["experiment", "dataset", "repetition"]
    spikes = np.log(table.set_index(keys)["spike"].clip(upper=DIVERGED))
    changed, unchanged = (spikes[(table["change"] == one).values] for one in (change, "nothing"))
    return (changed - unchanged).dropna().to_numpy()
