import numpy as np
import pytest

from tests.flatminima.claims.tables import backward_errors, verdicts


@pytest.fixture
def table():
    return backward_errors()


def test_all_holds(table):
    assert set(verdicts("backward_error", table).values()) == {"holds"}


@pytest.mark.parametrize(
    ("wrong", "claim"),
    [
        (lambda t: {"flow_difference": t["flow_difference"] ** 2}, "descent_meets_flow_order"),
        (
            lambda t: {"modified_difference": t["flow_difference"]},
            "descent_meets_modified_flow_order",
        ),
        (
            lambda t: {"modified_sharpness": t["flow_sharpness"] * (1 + t["learning_rate"])},
            "descent_coefficient",
        ),
        (lambda t: {"descent_sharpness": np.nan * t["descent_sharpness"]}, "descent_coefficient"),
    ],
)
def test_a_wrong_number_is_told(table, wrong, claim):
    assert verdicts("backward_error", table.assign(**wrong(table)))[claim] == "fails"


def test_scattered_orders_are_undecided(table):
    scatter = np.where(table["repetition"] == 0, 2.0, 0.5)
    rates = table["learning_rate"].rank(method="dense")
    wrong = table.assign(flow_difference=table["flow_difference"] * scatter**rates)
    assert verdicts("backward_error", wrong)["descent_meets_flow_order"] == "undecided"
