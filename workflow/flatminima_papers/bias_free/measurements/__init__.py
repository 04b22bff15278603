"""What is measured of networks without biases."""

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le, Len, Lt

from flatminima.core.columns import Column, Words
from flatminima.core.kinds import Axis
from flatminima.core.seeding import Identity, random_generator

__all__ = ["SLOPE", "Depths", "Slopes", "drawn_inputs", "generators", "unit_vector"]

SLOPE = Column("slope", words=Words("slope of the leaky rectifier", symbol=r"$\alpha$"))

Slopes = Annotated[tuple[Annotated[float, Gt(-1), Lt(1)], ...], Len(1), Axis(grid=True)]
Depths = Annotated[tuple[Annotated[int, Ge(2), Le(10)], ...], Len(1), Axis()]


def generators(
    seed: int, repetitions: Iterable[int], *identity: Identity
) -> list[np.random.Generator]:
    """Return the generator of each repetition of a case."""
    return [random_generator(seed, *identity, repetition) for repetition in repetitions]


def drawn_inputs(seed: int, points: int, features: int) -> np.ndarray:
    """Return white mirrored inputs (2 points, features), the same for all measurements."""
    from flatminima_papers.bias_free.theory.symmetric_data import white_inputs

    return white_inputs(
        points, features, random_generator(seed, "bias_free", "inputs", points, features)
    )


def unit_vector(seed: int, features: int) -> np.ndarray:
    """Return a w* of norm 1, the same for all measurements."""
    solution = random_generator(seed, "bias_free", "solution", features).standard_normal(features)
    return solution / np.linalg.norm(solution)
