import numpy as np
import pandas as pd

from flatminima_papers.support_learning.measurements.support import Support
from tests.flatminima.cases import data, measured


def test_runs_are_told_apart_by_what_trained_them():
    run = {
        "dataset": "d", "learning_rate": 0.1, "repetition": 0, "initial_irrelevant_norm": 4.0,
        "final_irrelevant_norm": 1.0, "final_gram_share_outside": 0.2, "train_risk": 3.0,
    }  # fmt: skip
    runs = {
        "x": pd.DataFrame([run | {"batch_size": 2}, run | {"batch_size": 12}]),
        "y": pd.DataFrame([run | {"batch_size": 12}]),
    }
    datasets = {"d": data(12, 3)}
    table = measured(Support(("d",), ("x",), ("y",)), datasets, runs=runs)
    assert table["role"].tolist() == ["batches", "full", "decay"]
    assert table["share_left"].tolist() == [0.25] * 3
    zero = np.mean(datasets["d"].targets ** 2)
    np.testing.assert_allclose(table["relative_risk"], 3 / zero)
