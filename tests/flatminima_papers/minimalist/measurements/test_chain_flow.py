from types import SimpleNamespace

import numpy as np
import pytest

from flatminima.theory import gradient_flow
from flatminima.theory.gradient_flow import FlowError
from flatminima_papers.minimalist.measurements.chain_flow import ChainFlow
from tests.flatminima.cases import data, measured
from tests.flatminima.claims.tables import chain_flows


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


@pytest.mark.parametrize("size", [(8, 3), (4, 6)])
def test_an_end_that_is_none_of_the_flow_has_another_balance(monkeypatch, size):
    dataset, paths = data(*size), []

    def away(network, start):
        end = start * np.linspace(1, 2, len(start))
        paths.append((start, end))
        return SimpleNamespace(parameters=end)

    monkeypatch.setattr(gradient_flow, "end_of_flow", away)
    table = measured(ChainFlow(("d",), (3,), (0.5,), 2), {"d": dataset})
    features = size[1]
    for found, path in zip(table["balance_change"], paths, strict=True):
        squares = []
        for point in path:
            # the part in the rows of X is what linear combinations of them come nearest with
            combination = np.linalg.lstsq(dataset.inputs.T, point[:features], rcond=None)[0]
            first = dataset.inputs.T @ combination
            squares.append([first @ first, point[features] ** 2, point[features + 1] ** 2])
        (a, b, c), (after_a, after_b, after_c) = squares
        changes = (after_b - after_a) - (b - a), (after_c - after_b) - (c - b)
        expected = max(map(abs, changes)) / (after_a + after_b + after_c)
        assert found == pytest.approx(expected, rel=1e-10)


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(gradient_flow, "end_of_flow", fail)
    table = measured(ChainFlow(("d",), (2,), (0.5,), 2), {"d": data(6, 3)})
    assert table["outcome"].tolist() == ["not_converged"] * 2
    assert table[["final_sharpness", "balance_change"]].isna().all(axis=None)
