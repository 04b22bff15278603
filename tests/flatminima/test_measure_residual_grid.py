import numpy as np
import pandas as pd
import pytest

from flatminima.gradient_flow import FlowError
from flatminima.judge_residual_grid import residual_grid_claims
from flatminima.measure_residual_grid import RESIDUAL_GRID_COLUMNS, measure_residual_grid

from .judging import verdicts

SIZES = [(depth, width) for depth in (2, 4, 8) for width in (2, 4, 8)]


@pytest.fixture(scope="module")
def table():
    parts = [measure_residual_grid(*size, [0], 1, study_seed=0) for size in SIZES]
    parts += [measure_residual_grid(*size, [0.3], 4, study_seed=0) for size in SIZES]
    return pd.concat(parts, ignore_index=True)


def test_the_table(table):
    assert list(table.columns) == list(RESIDUAL_GRID_COLUMNS)
    assert (table["outcome"] == "converged").all()
    np.testing.assert_allclose(table["corollary_bound_ratio"], 4)  # white data
    still = table[table["init_scale"] == 0]
    np.testing.assert_allclose(still["initial_excess_risk"], 2)  # ||p - w*||^2
    assert (table["sharpness_ratio"] >= 1 - 1e-9).all()
    assert (table["largest_singular_value"] >= table["smallest_singular_value"]).all()


def test_without_noise_the_width_does_not_matter(table):
    still = table[table["init_scale"] == 0]
    for column in ("deviation", "sharpness_ratio", "largest_singular_value"):
        spread = still.groupby("depth")[column].agg(np.ptp)
        assert spread.max() < 1e-6


def flat(table):
    """Return the table with its draws replaced by ones of no growth and little scatter."""
    noise = 1 + 0.01 * np.random.default_rng(0).standard_normal(len(table))
    columns = ("deviation", "sharpness_ratio", "largest_singular_value", "smallest_singular_value")
    random = table["init_scale"] > 0
    return table.assign(**{c: table[c].where(~random, 1.5 * noise) for c in columns})


def test_what_does_not_grow_holds(table):
    assert set(verdicts(residual_grid_claims(flat(table))).values()) == {"holds"}


def test_few_draws_leave_the_probability_and_the_growth_open(table):
    few = table.groupby(["depth", "width", "init_scale"]).head(1)
    assert verdicts(residual_grid_claims(few))["theorem_4_convergence"] == "undecided"
    scatter = np.exp(np.random.default_rng(1).standard_normal(len(few)))
    claims = verdicts(residual_grid_claims(few.assign(deviation=scatter)))
    assert claims["theorem_4_deviation_depth"] == "undecided"


@pytest.mark.parametrize(
    ("column", "claim", "sign"),
    [
        ("deviation", "theorem_4_deviation", 1),
        ("sharpness_ratio", "corollary_3_ratio", 1),
        ("largest_singular_value", "lemma_3_after_training_largest", 1),
        ("smallest_singular_value", "lemma_3_after_training_smallest", -1),
    ],
)
@pytest.mark.parametrize("axis", ["depth", "width"])
def test_growth_is_told(table, column, claim, sign, axis):
    wrong = flat(table)
    wrong[column] *= wrong[axis] ** (sign * 0.25)
    assert verdicts(residual_grid_claims(wrong))[f"{claim}_{axis}"] == "fails"


def test_other_wrong_numbers_are_told(table):
    for wrong, claim in (
        (table.assign(outcome="not_converged"), "theorem_4_convergence"),
        (table.assign(sharpness_ratio=5.0 + table.index / 1e3), "corollary_3"),
        (table.assign(deviation=table["deviation"] * table["width"]), "theorem_4_width_free"),
    ):
        assert verdicts(residual_grid_claims(wrong))[claim] == "fails"


def test_a_flow_that_fails_has_no_end(monkeypatch):
    def fail(network, initial, **accuracy):
        raise FlowError("no")

    monkeypatch.setattr("flatminima.measure_residual_grid.gradient_flow", fail)
    table = measure_residual_grid(2, 3, [0.5], 2, study_seed=0)
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert table["deviation"].isna().all()
    assert table["initial_excess_risk"].notna().all()
