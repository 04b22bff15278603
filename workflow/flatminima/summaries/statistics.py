"""Statistics over repetitions: means with intervals, probabilities, regression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are imported when they are first used

__all__ = [
    "CONFIDENCE",
    "Regression",
    "describe",
    "log_log_regression",
    "mean_interval",
    "probability",
    "regression_band",
    "student_quantile",
]

CONFIDENCE = 0.95
"""The confidence of every interval of the study."""

RESAMPLES = 2000
"""The number of bootstrap resamples for the interval of a mean."""

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def describe(values: np.ndarray, generator: np.random.Generator) -> dict[str, float]:
    """Describe a sample: its size, mean with a 95 % interval, and quantiles.

    The interval of the mean is the percentile bootstrap. The distances of a study span decades,
    where an interval symmetric about the mean would reach below zero.

    Args:
        values: The sample, a vector; NaN is left out.
        generator: The source of the resamples.

    Returns:
        ``count``, ``mean``, ``low``, ``high`` and the quantiles ``q05``, ``q25``,
        ``median``, ``q75``, ``q95``. With fewer than two values the interval is NaN; with none,
        everything is.

    Examples:
        >>> summary = describe(np.array([1.0, 2.0, 6.0, np.nan]), np.random.default_rng(0))
        >>> summary["count"], summary["mean"], summary["median"]
        (3, 3.0, 2.0)
        >>> 1 <= summary["low"] < 3 < summary["high"] <= 6
        True
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[~np.isnan(values)]
    summary = {"count": len(values), "mean": np.nan, "low": np.nan, "high": np.nan}
    summary |= dict.fromkeys(QUANTILES, np.nan)
    if len(values) == 0:
        return summary
    summary["mean"] = float(values.mean())
    quantiles = np.quantile(values, list(QUANTILES.values()))
    summary |= dict(zip(QUANTILES, quantiles.tolist(), strict=True))
    if len(values) > 1:
        interval = scipy.stats.bootstrap(
            (values,),
            np.mean,
            n_resamples=RESAMPLES,
            confidence_level=CONFIDENCE,
            method="percentile",
            rng=generator,
        ).confidence_interval
        # The mean of equal values may be rounded to a neighbouring number.
        summary["low"] = min(float(interval.low), summary["mean"])
        summary["high"] = max(float(interval.high), summary["mean"])
    return summary


def student_quantile(degrees: float) -> float:
    """Return the half-width of a 95 % interval of Student's t, in standard errors.

    Examples:
        >>> round(student_quantile(1), 4), round(student_quantile(1e9), 4)
        (12.7062, 1.96)
    """
    return float(scipy.special.stdtrit(degrees, (1 + CONFIDENCE) / 2))


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return a mean with its 95 % interval by Student's t; NaN where there are too few values.

    Args:
        values: The sample.

    Examples:
        >>> [round(end, 6) for end in mean_interval([1.0, 2.0, 3.0])]
        [2.0, -0.484138, 4.484138]
    """
    if len(values) < 2:
        return (float(values[0]) if len(values) else np.nan), np.nan, np.nan
    mean = float(np.mean(values))
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    half_width = float(student_quantile(len(values) - 1) * error)
    return mean, mean - half_width, mean + half_width


def probability(successes: int, trials: int) -> dict[str, float]:
    """Return a proportion as ``mean`` with its Wilson 95 % interval, ``low`` to ``high``.

    Raises:
        ValueError: If there are no trials, or more successes than trials.

    Examples:
        Without success in n trials the upper end is z^2 / (n + z^2), with z = 1.95996.

        >>> {key: round(value, 4) for key, value in probability(0, 20).items()}
        {'count': 20, 'mean': 0.0, 'low': 0.0, 'high': 0.1611}
    """
    interval = scipy.stats.binomtest(successes, trials).proportion_ci(CONFIDENCE, method="wilson")
    return {
        "count": trials,
        "mean": successes / trials,
        "low": float(interval.low),
        "high": float(interval.high),
    }


@dataclass(frozen=True)
class Regression:
    """The least-squares line of log10 y on log10 x.

    Attributes:
        count: Points used.
        slope: Its slope.
        slope_low: The lower end of its 95 % interval (Student's t).
        slope_high: The upper end.
        intercept: log10 y at x = 1.
        r_squared: The share of the variance of log10 y that the line explains.
        x_mean: The mean of log10 x.
        x_spread: The sum of squared deviations of log10 x.
        deviation: The standard deviation of log10 y about the line (count - 2 degrees).
    """

    count: int
    slope: float
    slope_low: float
    slope_high: float
    intercept: float
    r_squared: float
    x_mean: float
    x_spread: float
    deviation: float


def log_log_regression(x: np.ndarray, y: np.ndarray) -> Regression:
    """Fit log10 y = intercept + slope * log10 x to the pairs where both are positive.

    Raises:
        ValueError: If fewer than three pairs are left, or their x are all the same.

    Examples:
        y = 10 x^2, except for a point that has no logarithm.

        >>> x = np.array([1.0, 10.0, 100.0, 0.0])
        >>> line = log_log_regression(x, 10 * x**2)
        >>> line.count, round(line.slope, 9), round(line.intercept, 9)
        (3, 2.0, 1.0)
    """
    usable = (x > 0) & (y > 0) & np.isfinite(x) & np.isfinite(y)
    log_x, log_y = np.log10(x[usable]), np.log10(y[usable])
    if len(log_x) < 3 or np.ptp(log_x) == 0:
        raise ValueError("a regression needs three pairs of positive numbers with different x")
    line = scipy.stats.linregress(log_x, log_y)
    degrees = len(log_x) - 2
    slope, low, high = _with_interval(line.slope, line.stderr, degrees)
    rest = log_y - line.intercept - line.slope * log_x
    return Regression(
        count=len(log_x),
        slope=slope,
        slope_low=low,
        slope_high=high,
        intercept=float(line.intercept),
        r_squared=float(line.rvalue**2),
        x_mean=float(log_x.mean()),
        x_spread=float(np.sum((log_x - log_x.mean()) ** 2)),
        deviation=float(np.sqrt(np.sum(rest**2) / degrees)),
    )


def grouped_slopes(x: np.ndarray, y: np.ndarray, groups: np.ndarray) -> dict[str, float]:
    """Return the slopes of log10 y against log10 x within groups and between their means.

    Within groups, the means of each group are subtracted from its points, and one slope is fitted
    to all of them (n points in k groups leave n - k - 1 degrees of freedom).  Between groups, a
    line is fitted to the k means.

    Args:
        x: Numbers; pairs that are not both positive are left out.
        y: Numbers, one for each x.
        groups: The group of each pair.

    Returns:
        ``slope_within`` and ``slope_between``, each with the ends of its 95 % interval (``_low``,
        ``_high``; Student's t), and ``r_squared_within``, the share of the variance of log10 y
        within groups that log10 x explains.

    Raises:
        ValueError: If there are fewer than three groups, or no two points with different x in any.

    Examples:
        Within each of three groups y falls, and from group to group it grows.

        >>> x = np.array([1.0, 2.0, 10.0, 20.0, 100.0, 200.0])
        >>> y = np.array([2.0, 1.0, 20.0, 10.0, 200.0, 100.0])
        >>> slopes = grouped_slopes(x, y, np.array([0, 0, 1, 1, 2, 2]))
        >>> round(slopes["slope_within"], 9), round(slopes["slope_between"], 9)
        (-1.0, 1.0)
    """
    usable = (x > 0) & (y > 0) & np.isfinite(x) & np.isfinite(y)
    log_x, log_y = np.log10(x[usable]), np.log10(y[usable])
    _, place, sizes = np.unique(groups[usable], return_inverse=True, return_counts=True)
    if len(sizes) < 3:
        raise ValueError(f"slopes between groups need at least three groups, not {len(sizes)}")
    mean_x, mean_y = (np.bincount(place, values) / sizes for values in (log_x, log_y))
    inside_x, inside_y = log_x - mean_x[place], log_y - mean_y[place]
    spread = inside_x @ inside_x
    if spread == 0:
        raise ValueError("slopes within groups need a group with different x")
    slope = inside_x @ inside_y / spread
    rest = np.sum((inside_y - slope * inside_x) ** 2)
    degrees = len(log_x) - len(sizes) - 1
    error = np.sqrt(rest / degrees / spread)
    between = scipy.stats.linregress(mean_x, mean_y)
    within_slope = _with_interval(slope, error, degrees)
    between_slope = _with_interval(between.slope, between.stderr, len(sizes) - 2)
    names = ("slope_{}", "slope_{}_low", "slope_{}_high")
    found = {
        name.format(kind): value
        for kind, values in (("within", within_slope), ("between", between_slope))
        for name, value in zip(names, values, strict=True)
    }
    return found | {"r_squared_within": float(1 - rest / (inside_y @ inside_y))}


def _with_interval(value: float, error: float, degrees: int) -> tuple[float, float, float]:
    """Return an estimate and the ends of its interval by Student's t."""
    half_width = student_quantile(degrees) * error
    return float(value), float(value - half_width), float(value + half_width)


def regression_band(line: Mapping[str, float], x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return y on a regression line, and the 95 % interval of the mean y, at each x.

    Args:
        line: The fields of a `Regression`.
        x: Positive numbers.

    Returns:
        y on the line, and the lower and the upper end of the interval.
    """
    log_x = np.log10(x)
    middle = line["intercept"] + line["slope"] * log_x
    spread = 1 / line["count"] + (log_x - line["x_mean"]) ** 2 / line["x_spread"]
    half_width = student_quantile(line["count"] - 2) * line["deviation"] * np.sqrt(spread)
    return 10**middle, 10 ** (middle - half_width), 10 ** (middle + half_width)
