import pytest

from flatminima.descent_measurements import measure_descents
from flatminima.identities import NetworkSpecification
from flatminima.judge_descents import descent_claims
from flatminima.theory import critical_learning_rate

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    dataset = data(30, 3)
    critical = critical_learning_rate(dataset.covariance, dataset.minimum_norm_solution, 3)
    return measure_descents(
        dataset, "d", NetworkSpecification("linear", "residual", 3, 3),
        [0.1 * critical, 0.9 * critical], [0.1, 0.8], 3, 6000, experiment="e", study_seed=0,
    )  # fmt: skip


def test_all_holds_where_the_end_of_the_flow_is_unstable_too(table):
    claims = descent_claims(table)
    assert set(verdicts(claims).values()) == {"holds"}
    assert (table["learning_rate"] * table["flow_sharpness"] > 2).any()
    assert "unstable in" in claims.iloc[0]["regime"]


@pytest.mark.parametrize(
    ("wrong", "claim"),
    [
        (lambda t: {"final_sharpness": 2.01 / t["learning_rate"]}, "descent_is_stable"),
        (lambda t: {"final_sharpness": 1.02 * t["flow_sharpness"]}, "descent_is_no_sharper"),
    ],
)
def test_a_wrong_number_is_told(table, wrong, claim):
    assert verdicts(descent_claims(table.assign(**wrong(table))))[claim] == "fails"


def test_runs_that_did_not_converge_say_nothing(table):
    wrong = table.assign(final_sharpness=1e9, outcome=table["outcome"].where(table.index > 0, "x"))
    right = table["final_sharpness"].where(table.index > 0, 1e9)
    assert verdicts(descent_claims(wrong))["descent_is_stable"] == "fails"
    some = table.assign(final_sharpness=right, outcome=wrong["outcome"])
    assert verdicts(descent_claims(some))["descent_is_stable"] == "holds"
