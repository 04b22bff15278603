import numpy as np
import pandas as pd
import pytest

from flatminima.identities import NetworkSpecification
from flatminima.judge_backward_error import backward_error_claims
from flatminima.measure_backward_error import BACKWARD_ERROR_COLUMNS, measure_backward_error

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    return pd.concat(
        [
            measure_backward_error(
                data(30, 3), "d", NetworkSpecification("linear", kind, 3, 3),
                [0.04, 0.02, 0.01], 0.4, 3, 80.0, experiment="e", study_seed=0,
            )
            for kind in ("gaussian", "residual")
        ],
        ignore_index=True,
    )  # fmt: skip


def test_the_table(table):
    assert list(table.columns) == list(BACKWARD_ERROR_COLUMNS)
    assert len(table) == 2 * 3 * 3
    assert table["gradient_norm"].max() < 1e-10
    difference = (table["descent_sharpness"] / table["flow_sharpness"] - 1).abs()
    np.testing.assert_allclose(table["flow_difference"], difference)
    assert (table["modified_difference"] < table["flow_difference"]).all()


def test_all_holds(table):
    assert set(verdicts(backward_error_claims(table)).values()) == {"holds"}


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
    assert verdicts(backward_error_claims(table.assign(**wrong(table))))[claim] == "fails"


def test_scattered_orders_are_undecided(table):
    scatter = np.where(table["repetition"] == 0, 2.0, 0.5)
    rates = table["learning_rate"].rank(method="dense")
    wrong = table.assign(flow_difference=table["flow_difference"] * scatter**rates)
    assert verdicts(backward_error_claims(wrong))["descent_meets_flow_order"] == "undecided"


def test_a_run_that_diverges_has_no_end():
    table = measure_backward_error(
        data(30, 3), "d", NetworkSpecification("linear", "gaussian", 3, 3),
        [100.0], 1.0, 2, 300.0, experiment="e", study_seed=0,
    )  # fmt: skip
    assert table["descent_sharpness"].isna().all()
    assert table["flow_difference"].isna().all()
