import numpy as np
import pytest

from flatminima.kernels.aligned import CACHE_LINE, LANES, aligned_empty, padded


@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, 3, 4)])
def test_arrays_start_on_a_cache_line(shape):
    arrays = [aligned_empty(shape) for _ in range(20)]  # malloc may align one by luck
    for array in arrays:
        assert array.ctypes.data % CACHE_LINE == 0
        assert array.shape == shape
        assert array.dtype == np.float64
        assert array.flags.c_contiguous
        assert array.flags.writeable


@pytest.mark.parametrize("shape", [(0,), (4, 0)])
def test_an_array_may_be_empty(shape):
    assert aligned_empty(shape).shape == shape


def test_arrays_do_not_overlap():
    first, second = aligned_empty((100,)), aligned_empty((100,))
    first[:] = 1
    second[:] = 2
    assert (first == 1).all()


@pytest.mark.parametrize("runs", range(40))
def test_a_batch_is_padded_to_the_next_whole_cache_line(runs):
    assert padded(runs) == min(n for n in range(0, 100, LANES) if n >= runs)
