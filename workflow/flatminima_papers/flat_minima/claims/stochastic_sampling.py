"""The claims about the stability of SGD on finite data."""

import pandas as pd

from flatminima.claims import judge_interval, worst_margin

__all__ = ["claims"]


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `stochastic_sampling`.

    A rule fixes the rates: the largest below and the smallest above the critical rate of those
    that the configuration names.
    """
    del reduced
    below = table.loc[table["relative_rate"] < 1, "relative_rate"].max()
    above = table.loc[table["relative_rate"] > 1, "relative_rate"].min()
    independent = table[table["sampling"] == "with replacement"]
    epochs = table[(table["sampling"] == "in epochs") & (table["relative_rate"] == above)]
    stable = independent[independent["relative_rate"] == below]
    unstable = independent[independent["relative_rate"] == above]
    data = f"{table['dataset'].nunique()} data without label noise"
    measured = "growth of the logarithm of the second moment in a step, the worst of all cases"
    return [
        judge_interval(
            "fourth_moments_give_the_stable_rates", "this study",
            "below the critical rate by the data's own fourth moments SGD is stable",
            f"-{measured}", worst_margin(_shrinking(stable)), len(stable),
            regime=f"{data}, with replacement, {below:g} times the critical rate",
        ),
        judge_interval(
            "fourth_moments_give_the_unstable_rates", "this study",
            "above the critical rate by the data's own fourth moments SGD is not stable",
            measured, worst_margin(_growing(unstable)), len(unstable),
            regime=f"{data}, with replacement, {above:g} times the critical rate",
        ),
        judge_interval(
            "epochs_are_stable_beyond_independent_batches", "this study",
            "SGD in epochs is still stable above the critical rate of independent batches",
            f"-{measured}", worst_margin(_shrinking(epochs)), len(epochs),
            regime=f"{data}, in epochs, {above:g} times the critical rate",
        ),
    ]  # fmt: skip


def _growing(rows: pd.DataFrame) -> list[tuple[float, float, float]]:
    return list(rows[["growth", "growth_low", "growth_high"]].itertuples(index=False, name=None))


def _shrinking(rows: pd.DataFrame) -> list[tuple[float, float, float]]:
    return [(-growth, -high, -low) for growth, low, high in _growing(rows)]
