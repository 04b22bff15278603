import numpy as np
import pandas as pd
import pytest

from flatminima.summaries.growth import growth_exponent


def draws(exponent, scatter, repetitions, seed=0, sizes=(2, 4, 8, 16, 32)):
    generator = np.random.default_rng(seed)
    rows = [
        (size, width, width * size**exponent * np.exp(scatter * generator.standard_normal()))
        for size in sizes
        for width in (3, 7)
        for _ in range(repetitions)
    ]
    return pd.DataFrame(rows, columns=["depth", "width", "x"])


def test_the_exponent_is_that_of_least_squares_with_a_constant_a_group():
    table = draws(0.3, 0.1, 4)
    growth = growth_exponent(table, "x", "depth", ["width"])
    rows = table[table["depth"] >= 8]
    design = np.column_stack(
        [np.log(rows["depth"]), rows["width"] == 3, rows["width"] == 7]
    ).astype(float)
    solution, rest, *_ = np.linalg.lstsq(design, np.log(rows["x"]), rcond=None)
    assert growth.exponent == pytest.approx(solution[0])
    assert growth.cases == len(rows) == 24
    covariance = rest[0] / (24 - 3) * np.linalg.inv(design.T @ design)
    half_width = 2.0796 * np.sqrt(covariance[0, 0])  # Student's t, 21 degrees
    assert growth.high - growth.low == pytest.approx(2 * half_width, rel=1e-4)


def test_the_interval_covers_the_exponent_as_often_as_stated():
    covered = []
    for seed in range(400):
        growth = growth_exponent(draws(0.3, 0.2, 2, seed), "x", "depth", ["width"])
        covered.append(growth.low <= 0.3 <= growth.high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)


def test_small_sizes_and_what_is_missing_are_left_out():
    table = draws(0.3, 0.0, 1)
    table.loc[table["depth"] < 8, "x"] = 1e9
    table.loc[table.index[-1], "x"] = np.nan
    growth = growth_exponent(table, "x", "depth", ["width"])
    assert growth.exponent == pytest.approx(0.3)
    assert growth.cases == 5


@pytest.mark.parametrize(("sizes", "used"), [(3, 3), (4, 3), (6, 4), (7, 4), (8, 5), (9, 5)])
def test_one_more_than_half_of_the_sizes_count(sizes, used):
    table = draws(0.3, 0.1, 1, sizes=2 ** np.arange(sizes))
    assert growth_exponent(table, "x", "depth", ["width"]).cases == 2 * used


def test_three_sizes_are_the_fewest():
    assert growth_exponent(
        draws(0.3, 0.0, 1, sizes=(2, 4, 8)), "x", "depth", ["width"]
    ).exponent == pytest.approx(0.3)
    with pytest.raises(ValueError, match="three values"):
        growth_exponent(draws(0.3, 0.0, 1, sizes=(2, 4)), "x", "depth", ["width"])


def test_without_a_degree_of_freedom_there_is_no_interval():
    table = draws(0.3, 0.1, 1, sizes=(2, 4, 8))
    lonely = table.iloc[[0, 2, 3]].assign(width=[3, 3, 7])
    growth = growth_exponent(
        pd.concat([lonely, table.iloc[[4]].assign(x=np.nan)]), "x", "depth", ["width"]
    )
    assert np.isnan([growth.low, growth.high]).all()
