import numpy as np
import pytest

from tests.flatminima.claims.tables import judged, residual_hypotheses, verdicts

INSIDE = ["theorem_4_convergence", "theorem_4_deviation", "theorem_4_lojasiewicz", "corollary_3"]
BEYOND = ["theorem_4_convergence_beyond", "theorem_4_inequality_is_lost_beyond"]


@pytest.fixture
def table():
    return residual_hypotheses()


def test_all_holds_but_what_takes_more_flows(table):
    claims = verdicts("residual_hypothesis", table)
    assert list(claims) == INSIDE + BEYOND
    assert claims.pop("theorem_4_convergence_beyond") in ("holds", "undecided")
    assert set(claims.values()) == {"holds"}


def test_each_side_of_the_hypothesis_is_judged_by_itself(table):
    allowed = table["hypothesis_share"] < 1
    assert list(verdicts("residual_hypothesis", table[allowed])) == INSIDE
    assert list(verdicts("residual_hypothesis", table[~allowed])) == BEYOND
    claims = judged("residual_hypothesis", table)
    assert (claims.loc[INSIDE, "cases"] == allowed.sum()).all()
    assert claims.loc["theorem_4_convergence_beyond", "cases"] == (~allowed).sum()


@pytest.mark.parametrize(
    ("column", "change", "claim"),
    [
        ("outcome", lambda x: "not_converged", "theorem_4_convergence"),
        ("outcome", lambda x: "not_converged", "theorem_4_convergence_beyond"),
        ("deviation", lambda x: 100 * x, "theorem_4_deviation"),
        ("deviation", lambda x: np.nan * x, "theorem_4_deviation"),
        ("lojasiewicz_constant", lambda x: x / 10, "theorem_4_lojasiewicz"),
        ("lojasiewicz_constant", lambda x: 100 * x, "theorem_4_inequality_is_lost_beyond"),
        ("sharpness_ratio", lambda x: 10 * x, "corollary_3"),
    ],
)
def test_a_wrong_number_is_told(table, column, change, claim):
    wrong = table.assign(**{column: change(table[column])})
    assert verdicts("residual_hypothesis", wrong)[claim] == "fails"


def test_what_is_wrong_beyond_the_hypothesis_does_not_count_inside(table):
    allowed = table["hypothesis_share"] < 1
    wrong = table.assign(deviation=table["deviation"].where(allowed, 1e6))
    assert verdicts("residual_hypothesis", wrong)["theorem_4_deviation"] == "holds"


def test_many_flows_decide(table):
    many = table.loc[table.index.repeat(4)]
    assert verdicts("residual_hypothesis", many)["theorem_4_convergence_beyond"] == "holds"
