import pytest

from flatminima.measurements.chain_flow import ChainFlow
from flatminima.theory import gradient_flow
from flatminima.theory.gradient_flow import FlowError

from ..cases import data, measured
from ..claims.tables import chain_flows


def test_the_table():
    table = chain_flows()
    assert len(table) == 5 * 2 * 2
    assert (table["outcome"] == "converged").all()
    by_data = table.groupby("dataset")["difficulty"].first()
    assert by_data["q100"] == pytest.approx(100)
    balanced = table[table["init_scale"] == 0.001]
    assert (balanced["final_sharpness"] >= balanced["minimal_sharpness"] * (1 - 1e-8)).all()


def test_what_does_not_move_is_no_part_of_the_balance():
    """With more features than samples a part of the first layer is outside the rows of X."""
    table = measured(ChainFlow(("d",), (2, 3), (0.5,), 2), {"d": data(4, 6)})
    assert table["balance_change"].max() < 1e-10


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(gradient_flow, "end_of_flow", fail)
    table = measured(ChainFlow(("d",), (2,), (0.5,), 2), {"d": data(6, 3)})
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert table[["final_sharpness", "balance_change"]].isna().all(axis=None)
