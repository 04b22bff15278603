import numpy as np
import pytest

from tests.flatminima.claims.tables import perturbed_products, verdicts

NAMES = ["lemma_3_ball_bounds", "lemma_3_ball", "theorem_4_constant", "lemma_3_concentration"]


@pytest.fixture
def table():
    return perturbed_products()


def test_all_holds(table):
    assert verdicts("perturbed_products", table) == dict.fromkeys(NAMES, "holds")


@pytest.mark.parametrize(
    ("column", "change", "claim"),
    [
        ("largest_bound", lambda x: 0.8 * x, "lemma_3_ball_bounds"),
        ("smallest_bound", lambda x: 1.2 * x, "lemma_3_ball_bounds"),
        ("largest_found", lambda x: 1.2 * x, "lemma_3_ball_bounds"),
        ("smallest_found", lambda x: 0.8 * x, "lemma_3_ball_bounds"),
        ("largest_bound", lambda x: 3 * x, "lemma_3_ball"),
        ("smallest_bound", lambda x: x / 3, "lemma_3_ball"),
        ("constant", lambda x: x / 10, "theorem_4_constant"),
    ],
)
def test_a_wrong_number_is_told(table, column, change, claim):
    wrong = table.assign(**{column: change(table[column])})
    assert verdicts("perturbed_products", wrong)[claim] == "fails"


@pytest.mark.parametrize("column", ["largest_bound", "smallest_bound", "constant"])
def test_narrow_products_are_not_spoken_of(table, column):
    wrong = table.assign(**{column: table[column].where(table["width"] >= 16, np.nan)})
    claims = verdicts("perturbed_products", wrong)
    assert claims["lemma_3_ball"] == claims["theorem_4_constant"] == "holds"
    narrow = verdicts("perturbed_products", table[table["width"] < 16])
    assert set(narrow) == {"lemma_3_ball_bounds"}


def test_few_draws_leave_probabilities_open(table):
    few = verdicts("perturbed_products", table[table["draw"] < 3])
    assert few["lemma_3_ball"] == few["theorem_4_constant"] == "undecided"


@pytest.mark.parametrize(("power", "verdict"), [(1.0, "holds"), (0.0, "fails")])
def test_the_law_of_the_scatter_is_told(table, power, verdict):
    spread = table["width"].to_numpy() ** -power
    noise = spread * np.random.default_rng(0).standard_normal((2, len(table)))
    wrong = table.assign(largest_start=np.exp(noise[0]), smallest_start=np.exp(noise[1]))
    assert verdicts("perturbed_products", wrong)["lemma_3_concentration"] == verdict
