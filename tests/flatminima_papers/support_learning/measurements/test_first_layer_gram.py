import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.datasets.support import Support
from flatminima.networks import initialise
from flatminima_papers.support_learning.measurements.first_layer_gram import FirstLayerGram
from tests.flatminima.cases import measured

GRAM = FirstLayerGram(("d",), (4, 4), 1.0, (1, "full"), 0.05, 20_000, clip_norm=1.0)
DATA = Support(30, 4, 2, "linear", 1.0).draw(np.random.default_rng(0))


def matrices(measurement):
    table = measured(measurement, {"d": DATA})
    pivoted = table.pivot(index=["batch_size", "row"], columns="column", values="value")
    return {size: pivoted.loc[size].to_numpy() for size in pivoted.index.levels[0]}


def test_small_batches_alone_leave_the_block_of_the_relevant_inputs():
    found = matrices(GRAM)
    assert list(found) == [1, 60]
    for gram in found.values():
        assert gram.shape == (4, 4)
        assert np.allclose(gram, gram.T)
        assert np.linalg.eigvalsh(gram).min() > -1e-12
    outside = {size: gram[2:, 2:].trace() / gram.trace() for size, gram in found.items()}
    assert outside[1] < 0.02
    assert outside[60] > 0.1


def test_a_run_depends_on_its_own_size_of_batches_alone():
    alone = matrices(GRAM.replaced(batch_size=(1,), steps=50))
    beside = matrices(GRAM.replaced(steps=50))
    assert (alone[1] == beside[1]).all()


def test_all_start_alike():
    found = matrices(GRAM.replaced(steps=1, learning_rate=1e-12))
    np.testing.assert_allclose(found[1], found[60], atol=1e-10)


def test_an_entry_is_the_product_of_two_columns_numbered_from_one():
    barely = GRAM.replaced(steps=1, learning_rate=1e-12, batch_size=("full",))
    table = measured(barely, {"d": DATA})
    assert list(zip(table["row"], table["column"], strict=True)) == [
        (row, column) for row in (1, 2, 3, 4) for column in (1, 2, 3, 4)
    ]
    generator = random_generator(0, "first_layer_gram", "e", "d")
    start = initialise("he", ((4, 4), (4, 4), (1, 4)), 1.0, generator)[:16].reshape(4, 4)
    for _, entry in table.iterrows():
        expected = start[:, entry["row"] - 1] @ start[:, entry["column"] - 1]
        assert entry["value"] == pytest.approx(expected, abs=1e-10)


def test_batches_larger_than_the_data_are_refused():
    with pytest.raises(Misfit, match="batch_size is 70, more than the 60 samples of the data"):
        GRAM.replaced(batch_size=(70,)).check({"d": DataSize(60, 4)})


def test_it_costs_what_it_takes():
    work = GRAM.work({"d": DataSize(60, 4)})
    assert 0.001 < work.seconds < 1
    assert GRAM.replaced(steps=40_000).work({"d": DataSize(60, 4)}).seconds > work.seconds
