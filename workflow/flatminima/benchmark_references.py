"""Times to put beside those of the benchmark: what was before, and the limit.

Measured once, in one process after the other, on one core of a virtual machine with an AMD EPYC
(family 25, model 17, AVX-512); the best of many.  All are microseconds of a step of one run, for
the sizes of `flatminima.benchmark`:

- *before*: one step at a time, linear networks by loops over runs that Numba compiles, perceptrons
  run by run by BLAS.
- *limit*: C, written in vectors of eight runs, all steps of eight runs before the next, compiled
  for the processor by gcc 12.2 with ``-O3 -march=native -ffast-math``.  It neither keeps the order
  of sums, nor looks for divergence, nor knows other sizes, and does not depend on the runs.
- *loop*: C as one would write it first, for one run and one sample after the other, with loops over
  the entries of matrices of fixed sizes and batches from a shuffled order of the samples; compiled
  likewise.
"""

import pandas as pd

__all__ = ["reference_times"]

BEFORE = {
    ("linear", "runs"): {
        8: 1.34,
        24: 0.510,
        56: 0.277,
        104: 0.202,
        200: 0.156,
        400: 0.140,
        800: 0.137,
    },
    ("linear", "depth"): {2: 0.0349, 5: 0.0810, 10: 0.156, 20: 0.312, 40: 0.640},
    ("linear", "width"): {5: 0.156, 10: 0.583, 20: 2.22, 40: 16.7},
    ("mlp", "runs"): {8: 12.0, 24: 8.52, 56: 7.43, 104: 7.21, 200: 7.15, 400: 9.40, 800: 10.9},
    ("mlp", "depth"): {2: 1.29, 5: 3.45, 10: 7.15, 20: 19.8, 40: 51.3},
    ("mlp", "width"): {5: 7.15, 10: 18.8, 20: 61.6, 40: 211.0},
}

LIMIT = {
    ("linear", "runs"): {8: 0.0280, 800: 0.0280},
    ("linear", "depth"): {2: 0.0035, 5: 0.0131, 10: 0.0280, 20: 0.0595, 40: 0.143},
    ("linear", "width"): {5: 0.0280, 10: 0.162, 20: 0.839, 40: 3.61},
    ("mlp", "runs"): {8: 4.82, 800: 4.82},
    ("mlp", "depth"): {2: 0.529, 5: 2.14, 10: 4.82, 20: 11.0, 40: 23.3},
    ("mlp", "width"): {5: 4.82, 10: 14.8, 20: 51.8, 40: 206.0},
}

LOOP = {
    ("linear", "batch_size"): {4: 0.164, 8: 0.180, 16: 0.213, 32: 0.281, 64: 0.417, 128: 0.323},
    ("mlp", "batch_size"): {4: 2.26, 8: 4.47, 16: 8.91, 32: 17.8, 64: 35.5, 128: 70.6},
}


def reference_times() -> pd.DataFrame:
    """Return a row for each ``reference``, ``network``, ``varied`` quantity and its ``value``.

    With ``step_microseconds``; the reference is ``before``, ``limit`` or ``loop``.
    """
    columns = ["reference", "network", "varied", "value", "step_microseconds"]
    rows = [
        (reference, network, varied, value, microseconds)
        for reference, times in (("before", BEFORE), ("limit", LIMIT), ("loop", LOOP))
        for (network, varied), by_value in times.items()
        for value, microseconds in by_value.items()
    ]
    return pd.DataFrame(rows, columns=columns)
