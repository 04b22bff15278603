"""The outcomes of all runs of each experiment, in one row of numbers."""

import pandas as pd

__all__ = ["tabulate_overview"]


def tabulate_overview(runs: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Count the outcomes of each experiment, and compare its minima with the theory.

    Args:
        runs: Concatenated tables with `flatminima.runs.tables.run_columns`.
        theory: From `flatminima.summaries.cells.tabulate_theory`, for the same experiments.

    Returns:
        A row for each experiment, in order: the number of ``runs``; how many ``converged``; how
        many of these are ``stable``, which means that they end at a sharpness of at most 2 over
        the learning rate; how many ``diverged``; and ``times_minimal``, the median sharpness of
        the converged runs in units of the minimal sharpness of their data and depth, NaN if the
        theory does not apply.
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
