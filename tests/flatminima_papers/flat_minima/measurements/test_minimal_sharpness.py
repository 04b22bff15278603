import pytest

from flatminima_papers.flat_minima.measurements.minimal_sharpness import MinimalSharpness
from tests.flatminima.cases import measured


@pytest.mark.parametrize("depth", [2, 5, 20])
def test_one_dimension(scalar, depth):
    row = measured(MinimalSharpness(("scalar",), (depth,)), {"scalar": scalar}).iloc[0]
    for name in ("lower_bound", "minimal_sharpness", "balanced_sharpness", "built_sharpness"):
        assert row[name] == pytest.approx(2 * depth)
    assert row["condition_number"] == 1


def test_the_minimiser_that_is_built_attains_it(dataset):
    row = measured(MinimalSharpness(("d",), (3,)), {"d": dataset}).iloc[0]
    assert row["built_sharpness"] == pytest.approx(row["minimal_sharpness"], rel=1e-9)
    assert abs(row["certificate_gap"]) < 1e-12
    assert row["built_distance"] < 1e-25
    assert row["lower_bound"] < row["minimal_sharpness"] < row["balanced_sharpness"]
