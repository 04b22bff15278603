import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.minimalist.measurements.chain_descent import ChainDescent, _Watch
from flatminima_papers.minimalist.theory.chains import row_basis
from tests.flatminima import references
from tests.flatminima.cases import data, difficult, measured
from tests.flatminima.claims.tables import chain_descents


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


@pytest.mark.parametrize("dataset", [data(8, 3), data(4, 6)], ids=["many samples", "few"])
def test_a_step_that_is_not_one_of_descent_has_a_defect(dataset):
    """The defect is what the change of C misses, here that of the second layer squared."""
    rate, network = 0.1, LinearNetwork(dataset, 2, width=1)
    start = np.random.default_rng(0).standard_normal((network.size, 4))
    after = start - rate * np.transpose([references.gradient(network, run) for run in start.T])
    astray = after.copy()
    astray[-1] += [0.0, 0.5, -0.5, 0.5]
    watch = _Watch(dataset, np.full(4, rate), row_basis(dataset))
    watch.observe(0, start, np.ones(4, dtype=bool))
    watch.observe(1, astray, np.array([True, True, True, False]))
    missed = np.abs(astray[-1] ** 2 - after[-1] ** 2)
    sizes = np.sum(start**2, axis=0) + np.sum(astray**2, axis=0)
    expected = [0.0, *(missed / sizes)[1:3], 0.0]  # a run that is not finite is not judged
    np.testing.assert_allclose(watch.defect, expected, atol=1e-14)
    largest = watch.defect.copy()
    watch.observe(2, astray, np.ones(4, dtype=bool))
    assert (watch.defect >= largest).all()


def test_batches_larger_than_the_data_are_refused():
    with pytest.raises(Misfit, match="batch_size is 11"):
        ChainDescent(("d",), 0.01, (0.1,), (11,), 1, 10).check({"d": DataSize(10, 5)})
