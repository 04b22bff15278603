import numpy as np
import pytest

from flatminima.measurements.minimal_sharpness import MinimalSharpness

from ..cases import measured


@pytest.mark.parametrize("depth", [2, 5, 20])
def test_one_dimension(scalar, depth):
    row = measured(MinimalSharpness(("scalar",), (depth,), 0), {"scalar": scalar}).iloc[0]
    for name in ("lower_bound", "minimal_sharpness", "balanced_sharpness", "built_sharpness"):
        assert row[name] == pytest.approx(2 * depth)
    assert np.isnan(row["searched_sharpness"])
    assert row["condition_number"] == 1


def test_search_and_construction_meet(dataset):
    row = measured(MinimalSharpness(("d",), (3,), restarts=2), {"d": dataset}).iloc[0]
    assert row["searched_sharpness"] == pytest.approx(row["minimal_sharpness"], rel=1e-9)
    assert row["built_sharpness"] == pytest.approx(row["minimal_sharpness"], rel=1e-9)
    assert row["built_distance"] < 1e-25
    assert row["lower_bound"] < row["minimal_sharpness"] < row["balanced_sharpness"]
