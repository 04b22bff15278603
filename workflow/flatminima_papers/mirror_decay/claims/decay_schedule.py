"""What is claimed of schedules of weight decay with one dose.

"Paper" is Jacobs, Zhou and Burkholz 2025, arXiv:2504.12883, of which the abstract was read.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ROUNDING = 1e-8
"""What the solver of the flow is good for at its end."""

MOVED = 0.01
"""By how much the dose moves the end at least; the minimum-norm solution has norm 1."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_schedule`."""
    del reduced
    regime = "diagonal networks, decay off at last"
    return [
        judge_cases(
            "decay_dose_theorem", "this study",
            "whatever the schedule, the flow ends where decay-free flow from e^(-A) u(0) does",
            "-distance between the two", -table["dose_defect"], regime=regime, tolerance=ROUNDING,
        ),
        judge_cases(
            "decay_is_stored", "reading: where is ours",
            "decay that was switched off has moved the end",
            f"distance from the end without decay - {MOVED}", table["dose_effect"] - MOVED,
            regime=regime,
        ),
    ]  # fmt: skip
