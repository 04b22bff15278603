import numpy as np
import pytest

from flatminima.kernels.batch import tile_size
from flatminima.kernels.blocks import CACHE_LINE, LANES, aligned_empty, from_blocks, to_blocks


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


@pytest.mark.parametrize("runs", [0, 1, 7, 8, 9, 24, 31])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_run_is_a_lane_of_a_block(runs, order):
    parameters = np.array(np.random.default_rng(0).standard_normal((3, runs)), order=order)
    blocks = to_blocks(parameters)
    assert blocks.shape == (-(-runs // LANES), 3, LANES)
    assert runs == 0 or blocks.ctypes.data % CACHE_LINE == 0
    for run in range(runs):
        assert np.array_equal(blocks[run // LANES, :, run % LANES], parameters[:, run])
    assert (from_blocks(blocks, blocks.shape[0] * LANES)[:, runs:] == 0).all()
    assert np.array_equal(from_blocks(blocks, runs), parameters)


def test_blocks_are_a_copy_and_so_is_what_they_give_back():
    parameters = np.ones((2, 8))
    blocks = to_blocks(parameters)
    blocks[:] = 2
    back = from_blocks(blocks, 8)
    back[:] = 3
    assert (parameters == 1).all()
    assert (blocks == 2).all()


def test_a_small_matrix_is_one_tile_and_a_large_one_leaves_few_rows_over():
    assert [tile_size(length) for length in range(1, 9)] == list(range(1, 9))
    assert [tile_size(length) for length in (20, 40, 64)] == [5, 8, 8]
