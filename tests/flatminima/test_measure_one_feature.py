import numpy as np
import pytest

from flatminima.gradient_flow import FlowError
from flatminima.judge_one_feature import one_feature_claims
from flatminima.measure_one_feature import ONE_FEATURE_COLUMNS, measure_one_feature

from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    return measure_one_feature(3, [0.1, 1.5], 6, study_seed=0)


def test_the_table(table):
    assert list(table.columns) == list(ONE_FEATURE_COLUMNS)
    assert len(table) == 12
    assert table["same_sign"].nunique() == 2  # both occur, and both flows reach w*
    assert (table["outcome"] == "converged").all()
    assert table["largest_layer_error"].max() < 1e-8
    assert (table["exact_sharpness"] >= 6 * (1 - 1e-12)).all()


def test_the_claim_holds_and_a_wrong_number_is_told(table):
    assert verdicts(one_feature_claims(table)) == {"one_feature_end": "holds"}
    for wrong in (
        table.assign(final_sharpness=table["minimal_sharpness"]),
        table.assign(final_sharpness=table["final_sharpness"].where(table.index != 3)),
        table.assign(exact_sharpness=table["exact_sharpness"] * (1 + 1e-7)),
    ):
        assert verdicts(one_feature_claims(wrong)) == {"one_feature_end": "fails"}


def test_a_flow_that_does_not_converge_is_a_failed_case(monkeypatch):
    def fail(network, initial):
        raise FlowError("no")

    monkeypatch.setattr("flatminima.measure_one_feature.end_of_flow", fail)
    table = measure_one_feature(2, [0.5], 2, study_seed=0)
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert np.isnan(table["final_sharpness"]).all()
    assert verdicts(one_feature_claims(table)) == {"one_feature_end": "fails"}
