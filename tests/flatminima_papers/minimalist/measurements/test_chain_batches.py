from itertools import combinations

import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.networks.linear.network import LinearNetwork
from flatminima_papers.minimalist.measurements.chain_batches import ChainBatches
from tests.flatminima import references
from tests.flatminima.cases import assert_close, data
from tests.flatminima.claims.tables import chain_batches


def test_every_batch_of_every_size_is_looked_at():
    table = chain_batches()
    assert len(table) == 5 * 7 * 3
    assert table.groupby("batch_size")["batches"].first().tolist() == [7, 21, 35, 35, 21, 7, 1]
    whole = table[table["batch_size"] == 7]
    assert (whole["extra_increment"] == 0).all()
    assert (whole["predicted_increment"] == whole["descent_increment"]).all()
    assert table["extra_increment"].abs().max() <= 1


def test_increments_are_those_of_a_step_on_each_batch():
    """Exactly, whatever the rate, and relative to the noise of the gradients of samples."""
    network = LinearNetwork(data(7, 3), 2, width=1)
    inputs, targets = network.dataset.inputs, network.dataset.targets
    table = chain_batches()
    rows = table[(table["step"] == 0) & (table["repetition"] == 1)].set_index("batch_size")
    start = 0.3 * random_generator(0, "chain", "e", "d", 1).standard_normal(4)
    balance = start[:3] @ start[:3] - start[3] ** 2
    slopes = 2 * inputs * (inputs @ start[:3] * start[3] - targets)[:, None]
    noise = np.mean(np.sum((slopes - slopes.mean(axis=0)) ** 2, axis=1))
    increments = {}
    for batch_size in range(1, 8):
        changes = []
        for batch in map(list, combinations(range(7), batch_size)):
            slope = references.gradient_on(network, start, inputs[batch], targets[batch])
            after = start - 0.3 * slope
            changes.append((after[:3] @ after[:3] - after[3] ** 2 - balance) / 0.3**2)
        increments[batch_size] = np.mean(changes) / (start @ start) / noise
    expected = np.array(list(increments.values()))
    assert list(rows.index) == list(increments)
    assert_close(rows["mean_increment"], expected, 1e-11)
    assert_close(rows["predicted_increment"], expected, 1e-11)
    assert_close(rows["extra_increment"], expected - expected[-1], 1e-11)
    assert_close(rows["descent_increment"], np.full(7, expected[-1]), 1e-11)


def test_data_with_too_many_batches_are_refused():
    with pytest.raises(Misfit, match="dataset holds d, of 30 samples; allowed: 14 at most"):
        ChainBatches(("d",), 0.3, 1, 10, 5).check({"d": DataSize(30, 5)})
