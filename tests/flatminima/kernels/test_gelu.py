import numpy as np
import pytest

from flatminima.kernels.activations import TanhGelu
from flatminima.kernels.gelu import transform


def test_the_compiled_pass_is_the_formula():
    points = np.random.default_rng(0).normal(scale=4, size=1000)
    value, slope = points.copy(), np.empty_like(points)
    transform(value, slope)
    expected, expected_slope, _ = TanhGelu().derivatives(points)
    np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope, expected_slope, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("length", [0, 1, 7])
def test_it_writes_no_further_than_its_arrays(length):
    value, slope = np.ones(length + 2), np.ones(length + 2)
    transform(value[1:-1], slope[1:-1])
    for array in (value, slope):
        assert array[[0, -1]].tolist() == [1, 1]
        assert (array[1:-1] != 1).all()
