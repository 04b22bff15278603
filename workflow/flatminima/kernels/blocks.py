"""Blocks of 8 runs: the layout of the weights of many runs in kernels.

The shape is (blocks, size, 8), from the start of a cache line.  An entry of the 8 runs of a block
fills one line and one vector register.  All entries of a block are contiguous, so that a block
stays in the first-level cache for many steps.  With AVX-512 a load that crosses a cache
line costs twice, and NumPy aligns to 16 bytes only.
"""

import math

import numpy as np

__all__ = ["CACHE_LINE", "LANES", "aligned_empty", "from_blocks", "padded", "to_blocks"]

CACHE_LINE = 64
"""Bytes in a cache line, and in the widest vector register."""

LANES = CACHE_LINE // 8
"""Runs in a block."""


def aligned_empty(shape: tuple[int, ...]) -> np.ndarray:
    """Return an uninitialised float64 array, C-ordered, that starts on a cache line."""
    buffer = np.empty(math.prod(shape) * 8 + CACHE_LINE, dtype=np.uint8)
    start = -buffer.ctypes.data % CACHE_LINE
    return buffer[start : start + math.prod(shape) * 8].view(np.float64).reshape(shape)


def padded(runs: int) -> int:
    """Return the number of places in the smallest number of blocks that holds these runs.

    Examples:
        >>> padded(0), padded(8), padded(9)
        (0, 8, 16)
    """
    return -(-runs // LANES) * LANES


def to_blocks(parameters: np.ndarray) -> np.ndarray:
    """Return a copy in blocks, filled up with runs of zeros.

    Args:
        parameters: Shape (size, runs).

    Returns:
        Shape (blocks, size, 8) for the smallest number of blocks that holds the runs.

    Examples:
        >>> to_blocks(np.ones((2, 9))).shape
        (2, 2, 8)
    """
    size, runs = parameters.shape
    blocks = aligned_empty((padded(runs) // LANES, size, LANES))
    full, left = divmod(runs, LANES)
    blocks[:full] = np.moveaxis(parameters[:, : runs - left].reshape(size, full, LANES), 1, 0)
    blocks[full:, :, :left] = parameters[:, runs - left :]
    blocks[full:, :, left:] = 0
    return blocks


def from_blocks(blocks: np.ndarray, runs: int) -> np.ndarray:
    """Return a copy of the first runs, shape (size, runs): the inverse of `to_blocks`."""
    return np.moveaxis(blocks, 0, 1).reshape(blocks.shape[1], -1)[:, :runs].copy()
