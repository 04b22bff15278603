import numpy as np
import pytest

from flatminima.datasets import DataSize
from flatminima.kinds import Misfit
from flatminima.measurements.chain_descent import ChainDescent

from ..cases import difficult, measured
from ..claims.tables import chain_descents


def test_the_table():
    table = chain_descents()
    assert len(table) == 2 * 2 * 4 * 3
    assert set(table["batch_size"]) == {1, 3, 10}  # full is all samples
    assert (table["increment_defect"].notna() == (table["batch_size"] == 10)).all()
    small = table[table["relative_rate"] <= 0.1]
    assert (small["outcome"] == "converged").all()
    starts = table.groupby(["dataset", "repetition"])
    assert (starts[["initial_balance", "flow_sharpness"]].nunique() == 1).all(axis=None)


def test_a_run_does_not_depend_on_what_else_is_measured():
    datasets = {"d": difficult(1.0)}
    both, one = (
        measured(ChainDescent(("d",), 0.01, rates, (2,), 1, 200), datasets)
        for rates in ((0.05, 0.1), (0.1,))
    )
    both = both[both["relative_rate"] == 0.1].reset_index(drop=True)
    assert both.equals(one)


def test_what_did_not_converge_has_no_end():
    table = measured(
        ChainDescent(("d",), 0.01, (0.1, 5.0), ("full",), 1, 30), {"d": difficult(9.0)}
    )
    assert table["outcome"].tolist() == ["not_converged", "diverged"]
    assert np.isnan(table[["final_sharpness", "final_balance"]]).all(axis=None)


def test_batches_larger_than_the_data_are_refused():
    with pytest.raises(Misfit, match="batch_size is 11"):
        ChainDescent(("d",), 0.01, (0.1,), (11,), 1, 10).check({"d": DataSize(10, 5)})
