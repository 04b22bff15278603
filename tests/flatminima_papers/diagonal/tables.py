"""A small measurement of every kind of the paper, each made once."""

from functools import cache

import pandas as pd

from flatminima_papers.diagonal.measurements.diagonal_critical import DiagonalCritical
from flatminima_papers.diagonal.measurements.diagonal_depth import DiagonalDepth
from flatminima_papers.diagonal.measurements.diagonal_descent import DiagonalDescent
from flatminima_papers.diagonal.measurements.diagonal_escape import DiagonalEscape
from flatminima_papers.diagonal.measurements.diagonal_flattest_start import DiagonalFlattestStart
from flatminima_papers.diagonal.measurements.diagonal_gain import DiagonalGain
from flatminima_papers.diagonal.measurements.diagonal_limit import DiagonalLimit
from flatminima_papers.diagonal.measurements.diagonal_rate import DiagonalRate
from flatminima_papers.diagonal.measurements.diagonal_scales import DiagonalScales
from flatminima_papers.diagonal.measurements.diagonal_shape import DiagonalShape
from flatminima_papers.diagonal.measurements.diagonal_sharpness import DiagonalSharpness
from flatminima_papers.diagonal.measurements.diagonal_signs import DiagonalSigns
from tests.flatminima.cases import measured

WIDE = {"samples": 3, "features": 7}
TALL = {"samples": 12, "features": 3}
RANDOM = {"problems": 2, "draws": 20, "depth": (2, 3)}

SMALL = {
    "diagonal_limit": [
        DiagonalLimit(
            **WIDE, problems=1, depth=(2, 3), start=("equal", "random"), scale=(0.4, 2.0)
        )
    ],
    "diagonal_scales": [
        DiagonalScales(
            samples=6, features=12, problems=12, depth=(2, 3, 4),
            scale=(1e-4, 1e-3, 3e-3, 1e-2, 5.0, 10.0, 20.0),
        )
    ],
    "diagonal_shape": [
        DiagonalShape(
            samples=8, features=20, problems=3, depth=(2, 3, 4), scale=(0.001, 0.1, 1.0)
        )
    ],
    "diagonal_rate": [
        DiagonalRate(
            samples=30, features=6, noise=0.3, problems=3, depth=(2, 3), scale=(0.7,)
        )
    ],
    "diagonal_depth": [DiagonalDepth(**WIDE, problems=1, depth=(2, 3), scale=(0.4, 2.0))],
    "diagonal_escape": [
        DiagonalEscape(**WIDE, problems=2, depth=(3, 4), scale=(0.005, 0.01, 0.02))
    ],
    "diagonal_signs": [
        DiagonalSigns(
            **TALL, noise=0.3, problems=2, depth=(3,), imbalance=(0.0, 0.01), duration=3000.0
        )
    ],
    "diagonal_sharpness": [
        DiagonalSharpness(**WIDE, scale=(0.1, 1.0), **RANDOM),
        DiagonalSharpness(**TALL, scale=(1.0,), correlation=0.9, **RANDOM),
        DiagonalSharpness(**TALL, scale=(1.0,), orthogonal=True, **RANDOM),
    ],
    "diagonal_critical": [
        DiagonalCritical(
            **TALL, noise=0.3, depth=(2, 3), scale=(0.5,), relative_rate=(0.7, 0.97, 1.05),
            repetitions=4, steps=20_000,
        )
    ],
    "diagonal_flattest_start": [
        DiagonalFlattestStart(
            **WIDE, problems=2, depth=(2, 3), relative_rate=(0.99, 1.01), distance=1e-3,
            steps=10_000,
        )
    ],
    "diagonal_descent": [
        DiagonalDescent(
            samples=6, features=12, relevant=2, problems=3, scale=(0.3,),
            relative_rate=(0.03, 0.05, 0.1, 0.5, 0.7, 0.9, 1.4), steps=40_000,
        )
    ],
    "diagonal_gain": [
        DiagonalGain(
            samples=8, features=16, relevant=2, problems=4, scale=0.1, relative_rate=0.5,
            steps=20_000,
        )
    ],
}  # fmt: skip


@cache
def table(kind):
    """Return the tables of a kind, one below the other."""
    return pd.concat([measured(one, {}) for one in SMALL[kind]], ignore_index=True)
