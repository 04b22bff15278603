"""The claims about the critical learning rate of SGD on fresh batches."""

import pandas as pd

from flatminima.claims import depths, judge_cases, judge_interval, worst_margin

__all__ = ["claims"]

CERTIFIED = 1e-12
"""The largest relative gap between the two bounds of the smallest mean-square sharpness."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `stochastic_rate`.

    The rates below and above the critical one, the numbers of runs and of steps are keys of the
    configuration, fixed before any run; all cases are judged.
    """
    del reduced
    sizes = table["batch_size"]
    regime = f"Gaussian inputs, {table['dataset'].nunique()} data, {depths(table)}, "
    regime += f"b = {sizes.min()} to {sizes.max()}"
    offset = (table["rate_above"] / table["critical_rate"] - 1).max()
    near = f"{regime}; {offset:.0%} from the critical rate, next to the stablest minimiser"
    shrinks = zip(
        -table["growth_below"], -table["growth_below_high"], -table["growth_below_low"], strict=True
    )
    grows = zip(
        table["growth_above"], table["growth_above_low"], table["growth_above_high"], strict=True
    )
    return [
        judge_cases(
            "stochastic_rate_certified", "this study",
            "the bounds of the critical rate of SGD from above (dual) and from below (primal) meet",
            "-|bound from above / bound from below - 1|",
            -table["certificate_gap"].abs(), tolerance=CERTIFIED, regime=regime,
        ),
        judge_interval(
            "second_moment_shrinks_below_the_stochastic_rate", "this study",
            "below its critical rate SGD is stable in mean square at some minimiser",
            "-growth of the logarithm of the second moment in a step, the worst of all cases",
            worst_margin(shrinks), len(table), regime=near,
        ),
        judge_interval(
            "second_moment_grows_above_the_stochastic_rate", "this study",
            "above its critical rate SGD is not stable in mean square even at the stablest one",
            "growth of the logarithm of the second moment in a step, the worst of all cases",
            worst_margin(grows), len(table), regime=near,
        ),
        judge_cases(
            "no_minimiser_is_stabler", "this study",
            "no minimiser is stable in mean square beyond the critical rate of SGD",
            "1 - largest stable rate of random minimisers / critical rate",
            1 - table["largest_random_rate"] / table["critical_rate"],
            regime=f"{regime}; random minimisers",
        ),
    ]  # fmt: skip
