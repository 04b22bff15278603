import pytest

from flatminima.datasets import DataSize
from flatminima.kinds import Misfit
from flatminima.measurements.chain_batches import ChainBatches

from ..claims.tables import chain_batches


def test_every_batch_of_every_size_is_looked_at():
    table = chain_batches()
    assert len(table) == 5 * 7 * 3
    assert table.groupby("batch_size")["batches"].first().tolist() == [7, 21, 35, 35, 21, 7, 1]
    whole = table[table["batch_size"] == 7]
    assert (whole["extra_increment"] == 0).all()
    assert (whole["predicted_increment"] == whole["descent_increment"]).all()
    assert table["extra_increment"].abs().max() <= 1


def test_data_with_too_many_batches_are_refused():
    with pytest.raises(Misfit, match="dataset holds d, of 30 samples; allowed: 14 at most"):
        ChainBatches(("d",), 0.3, 1, 10, 5).check({"d": DataSize(30, 5)})
