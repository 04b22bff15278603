import numpy as np
import pandas as pd
import pytest

from flatminima_papers.stochastic_edge.measurements.edge import EDGE, Edge, at_the_edge
from tests.flatminima.cases import data, measured


def run(batch_size, risk, sharpness, rate=0.1, repetition=0):
    return {
        "dataset": "d", "batch_size": batch_size, "learning_rate": rate, "repetition": repetition,
        "train_risk": risk, "final_sharpness": sharpness, "final_batch_sharpness": 1.5 * sharpness,
        "final_batch_sharpness_error": 0.1, "final_mini_batch_sharpness": 2 * sharpness,
        "final_mini_batch_sharpness_error": 0.1,
    }  # fmt: skip


def edges(*rows):
    dataset = {"d": data(12, 3)}
    zero = np.mean(dataset["d"].targets ** 2)
    table = pd.DataFrame([row | {"train_risk": row["train_risk"] * zero} for row in rows])
    return measured(Edge(("d",), ("x",)), dataset, runs={"x": table})


def test_the_outcome_goes_by_the_risk():
    risks = (1.0, 0.5, 0.05, 1e-5, 1e-8, np.nan)
    table = edges(*(run(2, risk, 5.0) for risk in risks))
    assert table["outcome"].tolist() == [
        "dead", "under way", EDGE, EDGE, "converged", "diverged"
    ]  # fmt: skip
    assert table["two_over_learning_rate"].tolist() == [20] * 6
    assert table["gap_below"].tolist() == [15] * 6
    assert table["gap_above"].tolist() == [5] * 6


def test_there_is_an_edge_where_full_batches_reach_it():
    rows = [
        run(2, 0.05, 5.0),
        run(12, 0.05, 19.0),
        run(12, 0.05, 19.05),
        run(2, 0.05, 9.0, 0.05),
        run(12, 0.05, 20, 0.05),
        run(12, 0.05, 20, 0.05),
    ]
    assert at_the_edge(edges(*rows))["learning_rate"].tolist() == [0.1] * 3


@pytest.mark.parametrize("twins", [(19.0,), (15.0, 23.0)])
def test_there_is_none_where_full_batches_may_not_reach_it(twins):
    rows = [run(2, 0.05, 5.0), *(run(12, 0.05, sharpness) for sharpness in twins)]
    assert len(at_the_edge(edges(*rows))) == 0


def test_without_a_run_at_the_edge_there_is_no_gap():
    table = edges(run(2, 0.5, 5.0))
    assert len(at_the_edge(table)) == len(Edge.reduce(table, {})) == 0
    assert list(at_the_edge(table)) == list(table)


def test_gaps_have_the_power_that_they_are_made_of():
    rows = [
        run(size, 0.05, 20 - 16 / size, repetition=repetition)
        for size in (2, 4, 6)
        for repetition in range(3)
    ]
    gaps = Edge.reduce(edges(*rows, run(12, 0.05, 20.0), run(12, 0.05, 20.0)), {})
    below = gaps[gaps["gap"].str.startswith("2")]
    assert below["batch_size"].tolist() == [2, 4, 6]
    np.testing.assert_allclose(below["mean"], [0.4, 0.2, 0.8 / 6])
    np.testing.assert_allclose(below["fitted"], below["mean"])
    np.testing.assert_allclose(below["exponent"], -1)
