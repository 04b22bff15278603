"""What became of all runs of each experiment, in one line of numbers."""

import pandas as pd

__all__ = ["tabulate_overview"]


def tabulate_overview(runs: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Count the outcomes of each experiment, and compare its minima with the theory.

    Args:
        runs: Tables with `flatminima.runs.RUN_COLUMNS`, one below the other.
        theory: From `flatminima.summaries.tabulate_theory`, for the same experiments.

    Returns:
        A row for each experiment, in their order: its ``runs``; how many ``converged``, and how
        many of these are ``stable``, which is to end at a sharpness of at most 2 over the
        learning rate; how many ``diverged``; and ``times_minimal``, the median sharpness of
        those that converged, in units of the minimal sharpness of their data and depth, NaN
        without such theory.
    """
    key = ["experiment", "dataset", "depth"]
    minimal = theory[theory["quantity"] == "minimal_sharpness"]
    minimal = minimal[[*key, "value"]].rename(columns={"value": "minimal_sharpness"})
    rows = []
    for name, group in runs.merge(minimal, on=key, how="left").groupby("experiment", sort=False):
        converged = group[group["outcome"] == "converged"]
        stable = converged["final_sharpness"] <= 2 / converged["learning_rate"]
        rows.append(
            {
                "experiment": name,
                "runs": len(group),
                "converged": len(converged),
                "stable": int(stable.sum()),
                "diverged": int((group["outcome"] == "diverged").sum()),
                "times_minimal": (
                    converged["final_sharpness"] / converged["minimal_sharpness"]
                ).median(),
            }
        )
    return pd.DataFrame(rows).round({"times_minimal": 4})
