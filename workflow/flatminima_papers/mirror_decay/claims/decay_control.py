"""What is claimed of schedules for models that are no diagonal networks."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

APART = 0.001
"""How far apart ends are at least, relative to their norm; the solver is good for 1e-6."""

CONVERGED = 1e-8
"""The largest risk of a run that counts as converged."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `decay_control`."""
    del reduced
    done = table[table["risk"] <= CONVERGED]
    rows = []
    for name, models, what in (
        ("connected", ["two_layers", "three_layers"], "fully connected networks"),
        ("sensing", ["sensing"], "matrix sensing"),
    ):
        group = done[done["model"].isin(models)]
        rows += [
            judge_cases(
                f"decay_schedule_matters_{name}", "this study",
                f"in {what} schedules of one dose end apart", f"relative distance - {APART}",
                group["schedule_effect"] - APART, regime=what,
            ),
            judge_cases(
                f"decay_start_differs_{name}", "this study",
                f"in {what} none of them ends where the smaller start does",
                f"relative distance - {APART}", group["start_effect"] - APART, regime=what,
            ),
        ]  # fmt: skip
    return rows
