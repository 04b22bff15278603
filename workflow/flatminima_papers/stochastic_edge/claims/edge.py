"""The claims about where stochastic gradient descent stops sharpening."""

import numpy as np
import pandas as pd
from scipy import stats

from flatminima.claims import (
    deviation_margin,
    judge_cases,
    judge_interval,
    margin_above,
    worst_margin,
)
from flatminima.summaries.statistics import mean_interval
from flatminima_papers.stochastic_edge.measurements.edge import EDGE, REACHED, at_the_edge

__all__ = ["claims"]

PAPER = "paper"

NEAR = 0.15
"""The largest relative distance from 2/eta of a mean that "is at 2/eta"."""

ERRORS = 3
"""The number of standard errors allowed in a comparison of two estimates."""

LEARNT = 0.9
"""The share of the zero function's risk below which a run has learnt something."""

SHORT = f"may have a sharpness of less than {REACHED:g} of 2/eta"
"""The regime of full-batch twins that do not surely reach the edge."""

FALL = 1.5
"""The smallest ratio of the falls of sharpness and batch sharpness with the batch size."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `edge`."""
    measured = table.dropna(subset=["batch_sharpness", "mini_batch_sharpness"])
    error = np.hypot(measured["batch_sharpness_error"], measured["mini_batch_sharpness_error"])
    gap = measured["mini_batch_sharpness"] - measured["batch_sharpness"]
    learnt = measured[measured["relative_risk"] < LEARNT]
    above = learnt["gap_above"] + ERRORS * learnt["mini_batch_sharpness_error"]
    edge = at_the_edge(table)
    regime = (
        "runs whose risk is between 1e-6 and 0.1 of that of the zero function, and whose "
        f"full-batch twins surely have a sharpness of {REACHED:g} of 2/eta"
    )
    rows = [
        judge_cases(
            "batch_at_most_mini_batch_sharpness", "estimator: Rayleigh's quotient",
            "batch sharpness is at most mini-batch sharpness",
            f"their difference and {ERRORS} standard errors, over 2/eta",
            (gap + ERRORS * error) / measured["two_over_learning_rate"], tolerance=1e-8,
        ),
        judge_cases(
            "mini_batch_sharpness_above_sharpness", "estimator: Jensen's inequality",
            "mini-batch sharpness is at least the sharpness",
            f"their difference and {ERRORS} standard errors, over 2/eta",
            above / learnt["two_over_learning_rate"], tolerance=1e-8,
            regime=f"runs whose risk is below {LEARNT:g} of that of the zero function: in networks "
            "that are nearly dead a few samples have all the curvature, which is rarely drawn",
        ),
    ]  # fmt: skip
    for size, group in edge.groupby("batch_size"):
        whole = (group["batch_size"] == group["samples"]).all()
        for name, source in (
            ("batch_sharpness", f"{PAPER}: later version"),
            ("mini_batch_sharpness", f"{PAPER}: first version"),
            ("sharpness", "control"),
        ):
            margins = _margins(group, name)
            # Of a batch of all samples every kind of sharpness is the same.
            if not margins or (whole and name != "batch_sharpness"):
                continue
            rows.append(
                judge_interval(
                    f"{name}_at_edge_{size}", source,
                    f"{name.replace('_', ' ')} is at 2/eta, for batches of {size}",
                    "-|mean over 2/eta - 1|, the worst of all data and rates",
                    worst_margin(margins), len(group), tolerance=NEAR, regime=regime,
                )
            )  # fmt: skip
    return rows + _beyond(table, edge) + _orders(edge, regime) + _exponents(reduced, regime)


def _beyond(table: pd.DataFrame, edge: pd.DataFrame) -> list[dict]:
    """Judge the statement on batch sharpness outside its regime."""
    cell = ["dataset", "learning_rate"]
    full = table[table["batch_size"] == table["samples"]]
    trained = pd.MultiIndex.from_frame(full[cell]).unique()
    others = table[(table["outcome"] == EDGE) & (table["batch_size"] < table["samples"])]
    others = others.drop(index=edge.index.intersection(others.index))
    with_twins = pd.MultiIndex.from_frame(others[cell]).isin(trained)
    rows = []
    for name, twins, runs in (
        ("where_full_batches_may_not_be", SHORT, others[with_twins]),
        ("without_full_batches", "were not trained", others[~with_twins]),
    ):
        if margins := _margins(runs, "batch_sharpness"):
            rows.append(
                judge_interval(
                    f"batch_sharpness_at_edge_{name}", "reading: later version, beyond the edge",
                    "batch sharpness is at 2/eta",
                    "-|mean over 2/eta - 1|, the worst of all data, rates and batch sizes",
                    worst_margin(margins), len(runs), tolerance=NEAR,
                    regime="beyond: runs whose risk is between 1e-6 and 0.1 of that of the zero "
                    f"function, and whose full-batch twins {twins}",
                )
            )  # fmt: skip
    return rows


def _margins(runs: pd.DataFrame, column: str) -> list[tuple[float, float, float]]:
    """Return by how much a sharpness differs from 2/eta, for each data, rate and batch size."""
    ratios = (runs[column] / runs["two_over_learning_rate"]).dropna()
    cells = [runs[name] for name in ("dataset", "learning_rate", "batch_size")]
    return [
        deviation_margin(*mean_interval(cell.to_numpy()), 1)
        for _, cell in ratios.groupby(cells)
        if len(cell) > 1
    ]


def _orders(edge: pd.DataFrame, regime: str) -> list[dict]:
    """Judge how the sharpness changes with batch size and rate."""
    rows = []
    margins = [
        (_rank_correlation(group["batch_size"], group["sharpness"]), len(group))
        for _, group in edge.groupby(["dataset", "learning_rate"])
        if group["batch_size"].nunique() >= 3
    ]
    if margins:
        worst, cases = min(margins, key=lambda item: item[0][1])
        rows.append(
            judge_interval(
                "sharpness_increases_with_batch_size", PAPER,
                "the sharpness at the edge increases with the batch size",
                "rank correlation, the worst of all data and rates", worst, cases, regime=regime,
            )
        )  # fmt: skip
    margins = [
        (_rank_correlation(-group["learning_rate"], group["sharpness"]), len(group))
        for _, group in edge.groupby(["dataset", "batch_size"])
        if group["learning_rate"].nunique() >= 2
    ]
    if margins:
        worst, cases = min(margins, key=lambda item: item[0][1])
        rows.append(
            judge_interval(
                "sharpness_decreases_with_learning_rate", PAPER,
                "the sharpness at the edge decreases with the learning rate",
                "rank correlation, the worst of all data and batch sizes", worst, cases,
                regime=regime,
            )
        )  # fmt: skip
    falls = []
    for _, group in edge.groupby(["dataset", "learning_rate"]):
        small, large = group["batch_size"].min(), group["batch_size"].max()
        if not large >= 4 * small:
            continue
        ends = [group[group["batch_size"] == size] for size in (small, large)]
        if min(map(len, ends)) >= 2:
            falls.append((_fall(ends, "sharpness"), _fall(ends, "batch_sharpness"), len(group)))
    if falls:
        differences = [
            tuple(a - b for a, b in zip(sharpness, (batch[0], batch[2], batch[1]), strict=True))
            for sharpness, batch, _ in falls
        ]
        place = min(range(len(falls)), key=lambda i: differences[i][1])
        rows.append(
            judge_interval(
                "sharpness_falls_where_batch_sharpness_stays", "this study",
                "from the largest batches to the smallest at the edge the sharpness falls "
                f"{FALL:g} times more than batch sharpness",
                "log of the ratio of the two falls less that, the worst of all data and rates",
                margin_above(differences[place], np.log(FALL)), falls[place][2],
                regime=f"{regime}, of batch sizes at least 4 times apart",
            )
        )  # fmt: skip
    return rows


def _exponents(reduced: pd.DataFrame | None, regime: str) -> list[dict]:
    """Judge the powers of the batch size with which the gaps change."""
    rows = []
    fits = reduced.dropna(subset=["exponent_low"]).drop_duplicates(
        ["dataset", "learning_rate", "gap"]
    )
    for gap, group in fits.groupby("gap"):
        margins = [
            deviation_margin(fit.exponent, fit.exponent_low, fit.exponent_high, -1)
            for fit in group.itertuples()
        ]
        name = "below" if gap.startswith("2") else "above"
        rows.append(
            judge_interval(
                f"gap_{name}_like_one_over_batch_size", "reading: found in the literature",
                f"{gap} goes like 1/b", "-|fitted exponent + 1|, the worst of all data and rates",
                min(margins, key=lambda margin: margin[1]), len(margins), tolerance=0.25,
                regime=regime,
            )
        )  # fmt: skip
    return rows


def _rank_correlation(x: pd.Series, y: pd.Series) -> tuple[float, float, float]:
    """Return Spearman's rank correlation with its 95 % interval (Fisher's transformation)."""
    correlation = float(stats.spearmanr(x, y).statistic)
    if len(x) < 5:
        return correlation, np.nan, np.nan
    middle = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    half_width = stats.norm.ppf(0.975) * 1.03 / np.sqrt(len(x) - 3)
    return correlation, float(np.tanh(middle - half_width)), float(np.tanh(middle + half_width))


def _fall(ends: list[pd.DataFrame], column: str) -> tuple[float, float, float]:
    """Return the difference of mean logarithms, large minus small batches, with its interval."""
    small, large = (np.log(part[column].dropna()) for part in ends)
    found = stats.ttest_ind(large, small, equal_var=False).confidence_interval()
    return float(large.mean() - small.mean()), float(found.low), float(found.high)
