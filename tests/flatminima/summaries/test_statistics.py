from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from flatminima.summaries.statistics import (
    CONFIDENCE,
    describe,
    grouped_slopes,
    log_log_regression,
    mean_interval,
    probability,
    regression_band,
)

QUANTILES = ("q05", "q25", "median", "q75", "q95")


def generator(seed=0):
    return np.random.default_rng(seed)


# Samples


samples = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30).map(np.array)


@settings(max_examples=60)
@given(samples, st.integers(0, 2**32))
def test_the_interval_holds_the_mean_and_stays_in_the_sample(sample, seed):
    summary = describe(sample, generator(seed))
    assert summary["count"] == len(sample)
    assert summary["mean"] == pytest.approx(sum(sample) / len(sample), rel=1e-9, abs=1e-9)
    assert summary["low"] <= summary["mean"] <= summary["high"]
    slack = 1e-9 * np.abs(sample).max()
    assert sample.min() - slack <= summary["low"]
    assert summary["high"] <= sample.max() + slack
    quantiles = [summary[name] for name in QUANTILES]
    assert quantiles == sorted(quantiles)


def test_quantiles_are_those_of_the_sample():
    summary = describe(np.arange(101.0)[::-1], generator())
    assert [summary[name] for name in QUANTILES] == [5, 25, 50, 75, 95]


def test_the_interval_of_a_large_sample_is_that_of_the_central_limit():
    sample = generator().exponential(size=2000)
    summary = describe(sample, generator())
    half_width = 1.96 * sample.std() / np.sqrt(2000)
    assert summary["low"] == pytest.approx(sample.mean() - half_width, abs=0.1 * half_width)
    assert summary["high"] == pytest.approx(sample.mean() + half_width, abs=0.1 * half_width)


def test_positive_samples_have_positive_intervals():
    # Distances that span decades: an interval symmetric about the mean would fall below zero.
    sample = 10.0 ** np.arange(-12, 1)
    assert sample.mean() - 1.96 * sample.std() / np.sqrt(len(sample)) < 0
    assert describe(sample, generator())["low"] > 0


def test_the_interval_depends_on_sample_and_generator_only():
    sample = generator().normal(size=20)
    assert describe(sample, generator(1)) == describe(sample, generator(1))
    assert describe(sample, generator(1))["low"] != describe(sample, generator(2))["low"]


def test_nan_entries_are_left_out():
    sample = np.array([3.0, 1.0, 2.0])
    with_nan = np.array([np.nan, 3.0, 1.0, np.nan, 2.0])
    assert describe(with_nan, generator()) == describe(sample, generator())


@pytest.mark.parametrize("sample", [[], [np.nan], [np.nan] * 5])
def test_nothing_is_known_of_no_value(sample):
    summary = describe(np.array(sample), generator())
    assert summary.pop("count") == 0
    assert set(summary) == {"mean", "low", "high", *QUANTILES}
    assert np.isnan(list(summary.values())).all()


def test_one_value_has_no_interval():
    summary = describe(np.array([2.5]), generator())
    assert (summary["count"], summary["mean"], summary["median"]) == (1, 2.5, 2.5)
    assert np.isnan([summary["low"], summary["high"]]).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -3.3, 1e-300])
@pytest.mark.parametrize("count", [2, 7, 20])
def test_equal_values_have_an_interval_of_no_width(value, count):
    summary = describe(np.full(count, value), generator())
    assert [summary[n] for n in ("mean", "low", "high")] == pytest.approx([value] * 3, rel=1e-15)
    assert summary["low"] <= summary["mean"] <= summary["high"]


# Proportions


@given(st.integers(1, 500), st.data())
def test_wilson_interval(trials, data):
    successes = data.draw(st.integers(0, trials))
    found = probability(successes, trials)
    assert found["count"] == trials
    assert found["mean"] == successes / trials
    assert 0 <= found["low"] <= found["mean"] <= found["high"] <= 1
    # Its ends are the p at which the observed proportion is 1.96 standard deviations away.
    z = 1.959963984540054
    for end in ("low", "high"):
        p = found[end]
        if 1e-9 < p < 1 - 1e-9:
            deviations = (found["mean"] - p) / np.sqrt(p * (1 - p) / trials)
            assert abs(deviations) == pytest.approx(z, rel=1e-6)


def test_no_success_and_no_failure_leave_something_open():
    assert probability(0, 20)["low"] == 0 < probability(0, 20)["high"] < 0.2
    assert probability(20, 20)["high"] == 1 > probability(20, 20)["low"] > 0.8


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (3, 2), (-1, 2)])
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match="must"):
        probability(successes, trials)


# Regression


def noisy_line(count=30, slope=-1.7, intercept=0.4, noise=0.3, seed=0):
    log_x = generator(seed).uniform(-3, 2, count)
    log_y = intercept + slope * log_x + noise * generator(seed + 1).standard_normal(count)
    return 10**log_x, 10**log_y


def least_squares(x, y):
    """Return coefficients, their covariance, and the degrees of freedom, by matrices."""
    design = np.column_stack([np.ones(len(x)), np.log10(x)])
    coefficients = np.linalg.solve(design.T @ design, design.T @ np.log10(y))
    rest = np.log10(y) - design @ coefficients
    degrees = len(x) - 2
    return coefficients, rest @ rest / degrees * np.linalg.inv(design.T @ design), degrees


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(3, 30), st.integers(0, 2**32))
def test_regression_recovers_a_power_law(slope, intercept, count, seed):
    x, y = noisy_line(count, slope, intercept, noise=0.0, seed=seed)
    line = log_log_regression(x, y)
    assert line.count == count
    assert line.slope == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert line.intercept == pytest.approx(intercept, rel=1e-6, abs=1e-6)
    if abs(slope) > 0.01:
        assert line.r_squared == pytest.approx(1)
    on_line, low, high = regression_band(asdict(line), x)
    assert on_line == pytest.approx(y, rel=1e-5)
    assert low == pytest.approx(high, rel=1e-4)


def test_regression_has_the_interval_of_least_squares():
    x, y = noisy_line()
    line = log_log_regression(x, y)
    (intercept, slope), covariance, degrees = least_squares(x, y)
    quantile = student.ppf(0.975, degrees)
    error = np.sqrt(covariance[1, 1])
    assert line.intercept == pytest.approx(intercept)
    assert line.slope == pytest.approx(slope)
    assert line.slope_low == pytest.approx(slope - quantile * error)
    assert line.slope_high == pytest.approx(slope + quantile * error)
    assert line.r_squared == pytest.approx(np.corrcoef(np.log10(x), np.log10(y))[0, 1] ** 2)


def test_slopes_within_and_between_groups_are_those_of_the_full_model():
    """Within: least squares with an intercept for each group; between: a line through the means."""
    generator = np.random.default_rng(3)
    groups = np.repeat(np.arange(5), [3, 9, 4, 7, 5])
    log_x = groups + 0.2 * generator.normal(size=len(groups))
    log_y = 2 * groups - 0.7 * log_x + 0.1 * generator.normal(size=len(groups))
    found = grouped_slopes(10**log_x, 10**log_y, groups)
    design = np.column_stack([log_x, *(groups == group for group in range(5))]).astype(float)
    coefficients, (rest,), *_ = np.linalg.lstsq(design, log_y)
    degrees = len(groups) - 6
    error = np.sqrt(rest / degrees * np.linalg.inv(design.T @ design)[0, 0])
    assert found["slope_within"] == pytest.approx(coefficients[0])
    half_width = student.ppf(0.975, degrees) * error
    assert found["slope_within_high"] - found["slope_within"] == pytest.approx(half_width)
    centred = log_y - np.array([log_y[groups == group].mean() for group in groups])
    assert found["r_squared_within"] == pytest.approx(1 - rest / np.sum(centred**2))
    means = [[values[groups == group].mean() for group in range(5)] for values in (log_x, log_y)]
    line = log_log_regression(*(10 ** np.array(values) for values in means))
    for end in ("", "_low", "_high"):
        assert found[f"slope_between{end}"] == pytest.approx(getattr(line, f"slope{end}"))


def test_slopes_of_too_few_groups_are_refused():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ValueError, match="at least three groups, not 2"):
        grouped_slopes(x, x, np.array([0, 0, 1, 1]))
    with pytest.raises(ValueError, match="a group with different x"):
        grouped_slopes(x, x, np.arange(4))


def test_the_band_is_the_interval_of_the_mean_of_y():
    x, y = noisy_line()
    coefficients, covariance, degrees = least_squares(x, y)
    grid = np.geomspace(1e-4, 1e3, 9)
    design = np.column_stack([np.ones(9), np.log10(grid)])
    middle = design @ coefficients
    error = np.sqrt(np.einsum("ni,ij,nj->n", design, covariance, design))
    half_width = student.ppf(0.975, degrees) * error
    found = regression_band(asdict(log_log_regression(x, y)), grid)
    lines = (middle, middle - half_width, middle + half_width)
    for actual, expected in zip(found, lines, strict=True):
        assert np.log10(actual) == pytest.approx(expected, rel=1e-9)


def test_the_interval_of_the_slope_covers_its_confidence():
    hits = 0
    for seed in range(300):
        line = log_log_regression(*noisy_line(10, seed=2 * seed))
        hits += line.slope_low <= -1.7 <= line.slope_high
    deviation = np.sqrt(CONFIDENCE * (1 - CONFIDENCE) / 300)
    assert abs(hits / 300 - CONFIDENCE) < 4 * deviation


def test_pairs_without_a_logarithm_are_left_out():
    x, y = noisy_line(6)
    bad = [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (np.nan, 1.0), (1.0, np.nan), (np.inf, 1.0)]
    more_x = np.concatenate([[pair[0] for pair in bad], x])
    more_y = np.concatenate([[pair[1] for pair in bad], y])
    assert log_log_regression(more_x, more_y) == log_log_regression(x, y)


@pytest.mark.parametrize(
    ("x", "y"),
    [([], []), ([1, 2], [1, 2]), ([1, 2, -3], [1, 2, 3]), ([2, 2, 2], [1, 2, 3])],
)
def test_a_regression_needs_three_pairs_with_different_x(x, y):
    with pytest.raises(ValueError, match="three pairs of positive numbers with different x"):
        log_log_regression(np.array(x, dtype=float), np.array(y, dtype=float))


def test_the_interval_of_a_mean_covers_it_as_often_as_stated():
    generator = np.random.default_rng(0)
    intervals = [mean_interval(generator.standard_normal(6)) for _ in range(2000)]
    assert np.mean([low <= 0 <= high for _, low, high in intervals]) == pytest.approx(
        0.95, abs=0.02
    )
    assert mean_interval([3.0])[0] == 3
    assert np.isnan(mean_interval([3.0])[1:]).all()
    assert np.isnan(mean_interval([])).all()
