import numpy as np
import pytest

from tests.flatminima.claims.tables import residual_grids, verdicts


@pytest.fixture
def table():
    return residual_grids()


def flat(table):
    """Return the table with its draws replaced by ones of no growth and little scatter."""
    noise = 1 + 0.01 * np.random.default_rng(0).standard_normal(len(table))
    columns = ("deviation", "sharpness_ratio", "largest_singular_value", "smallest_singular_value")
    random = table["init_scale"] > 0
    return table.assign(**{c: table[c].where(~random, 1.5 * noise) for c in columns})


def test_what_does_not_grow_holds(table):
    assert set(verdicts("residual_grid", flat(table)).values()) == {"holds"}


def test_few_draws_leave_the_probability_and_the_growth_open(table):
    few = table.groupby(["depth", "width", "init_scale"]).head(1)
    assert verdicts("residual_grid", few)["theorem_4_convergence_white"] == "undecided"
    scatter = np.exp(np.random.default_rng(1).standard_normal(len(few)))
    claims = verdicts("residual_grid", few.assign(deviation=scatter))
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
    assert verdicts("residual_grid", wrong)[f"{claim}_{axis}"] == "fails"


def test_other_wrong_numbers_are_told(table):
    for wrong, claim in (
        (table.assign(outcome="not_converged"), "theorem_4_convergence_white"),
        (table.assign(sharpness_ratio=5.0 + table.index / 1e3), "corollary_3_white"),
        (table.assign(deviation=table["deviation"] * table["width"]), "theorem_4_width_free"),
    ):
        assert verdicts("residual_grid", wrong)[claim] == "fails"
