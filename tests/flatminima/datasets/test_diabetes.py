from pathlib import Path

import numpy as np

from flatminima.datasets.diabetes import Diabetes
from flatminima.datasets.file import read_dataset

EXAMPLES = Path(__file__).parents[3] / "docs/examples"


def test_it_is_the_table_of_the_examples():
    kind = Diabetes()
    dataset = kind.draw(np.random.default_rng(0))
    table = read_dataset(EXAMPLES / "diabetes.csv", "progression")
    assert np.array_equal(dataset.inputs, table.inputs)
    assert np.array_equal(dataset.targets, table.targets)
    assert kind.size() == (dataset.samples, dataset.features)
    assert kind.describe() == "the diabetes table, 442 patients, 10 features"


def test_its_columns_are_standardised():
    dataset = Diabetes().draw(np.random.default_rng(0))
    columns = np.column_stack([dataset.inputs, dataset.targets])
    np.testing.assert_allclose(columns.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(columns.std(axis=0), 1, atol=1e-4)
