import numpy as np
import pandas as pd
import pytest

from flatminima_papers.support_learning.claims.support import claims
from tests.flatminima.claims.tables import judged, verdicts

LEFT = {1: 0.2, 32: 0.4, 1000: 0.8}
CLAIMS = {
    "smaller_batches_leave_less",
    "smallest_batches_forget_irrelevant_columns",
    "gradient_descent_keeps_most_of_irrelevant_columns",
    "gram_matrix_is_confined_under_sgd",
    "weight_decay_removes_irrelevant_columns",
}


def table(left=None, decay=0.0, outside=0.01, risk=0.1, spread=0.02, data="d"):
    """Return runs of which this much is left, for each size of batches."""
    generator = np.random.default_rng(0)
    rows = [
        ("batches" if size < 1000 else "full", size, share, repetition)
        for size, share in (left or LEFT).items()
        for repetition in range(5)
    ]
    if decay is not None:
        rows += [("decay", 1000, decay, repetition) for repetition in range(5)]
    return pd.DataFrame(
        [
            {
                "experiment": "e",
                "dataset": data,
                "batch_size": size,
                "learning_rate": 0.1,
                "repetition": repetition,
                "role": role,
                "share_left": share * (1 + spread * generator.standard_normal()),
                "gram_share_outside": outside,
                "relative_risk": risk,
            }
            for role, size, share, repetition in rows
        ]
    )


def test_what_is_true_holds():
    assert verdicts("support", table()) == {f"{claim}_d": "holds" for claim in CLAIMS}


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        ({"left": {1: 0.45, 32: 0.4, 1000: 0.8}}, {"smaller_batches_leave_less"}),
        ({"left": {1: 0.6, 32: 0.7, 1000: 0.8}}, {"smallest_batches_forget_irrelevant_columns"}),
        (
            {"left": {1: 0.1, 32: 0.2, 1000: 0.4}},
            {"gradient_descent_keeps_most_of_irrelevant_columns"},
        ),
        ({"decay": 0.3}, {"weight_decay_removes_irrelevant_columns"}),
        ({"outside": 0.4}, {"gram_matrix_is_confined_under_sgd"}),
    ],
)
def test_each_fails_where_its_opposite_is_so(numbers, wrong):
    found = verdicts("support", table(**numbers))
    assert {
        name.removesuffix("_d") for name, verdict in found.items() if verdict != "holds"
    } == wrong
    assert {found[f"{name}_d"] for name in wrong} == {"fails"}


@pytest.mark.parametrize(
    ("numbers", "claim", "verdict"),
    [
        ({"decay": 0.045}, "weight_decay_removes_irrelevant_columns", "holds"),
        ({"decay": 0.055}, "weight_decay_removes_irrelevant_columns", "fails"),
        ({"outside": 0.045}, "gram_matrix_is_confined_under_sgd", "holds"),
        ({"outside": 0.055}, "gram_matrix_is_confined_under_sgd", "fails"),
        ({"left": {1: 0.45, 1000: 0.8}}, "smallest_batches_forget_irrelevant_columns", "holds"),
        ({"left": {1: 0.55, 1000: 0.8}}, "smallest_batches_forget_irrelevant_columns", "fails"),
    ],
)
def test_the_bounds_are_those_that_are_stated(numbers, claim, verdict):
    assert verdicts("support", table(**numbers))[f"{claim}_d"] == verdict


def test_each_step_of_each_start_is_a_case_of_the_order():
    cases = judged("support", table())["cases"]
    assert cases["smaller_batches_leave_less_d"] == 10  # five starts, two steps of size
    assert (cases.drop("smaller_batches_leave_less_d") == 5).all()


def test_the_regime_tells_how_much_the_runs_have_learnt():
    runs = table()
    runs.loc[runs["batch_size"] == 1, "relative_risk"] = 0.8
    (of_first, *_) = claims(runs, None)
    assert "0.1 to 0.8 of that of the zero function" in of_first["regime"]


def test_an_order_that_the_spread_hides_is_undecided():
    found = verdicts("support", table({1: 0.39, 32: 0.4, 1000: 0.8}, spread=0.1))
    assert found["smaller_batches_leave_less_d"] == "undecided"


def test_data_are_judged_apart():
    other = table({1: 1.0, 32: 1.0, 1000: 0.9}, decay=None, data="other")
    found = verdicts("support", pd.concat([table(), other], ignore_index=True))
    assert {found[f"{claim}_d"] for claim in CLAIMS} == {"holds"}
    assert found["smaller_batches_leave_less_other"] == "fails"
    assert found["smallest_batches_forget_irrelevant_columns_other"] == "fails"
    assert "weight_decay_removes_irrelevant_columns_other" not in found
