"""The columns and keys that several measurements of this paper share."""

from collections.abc import Iterable
from typing import Annotated

from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.kinds import Axis, Misfit

__all__ = [
    "ACCURACY",
    "CERTIFIED",
    "COUNTS",
    "DIMENSION",
    "FOUND",
    "Accuracies",
    "Dimensions",
    "Points",
    "check_powers_of_two",
]

Dimensions = Annotated[tuple[Annotated[int, Ge(2), Le(4096)], ...], Len(1), Axis()]
Accuracies = Annotated[tuple[Annotated[float, Gt(0), Le(1)], ...], Len(1), Axis(grid=True)]
Points = Annotated[int, Ge(1), Le(1_000_000)]

DIMENSION = Column(
    "dimension",
    "int64",
    words=Words(
        label="dimension $d$",
        symbol="$d$",
        definition="The dimension is the number of variables of the function.",
    ),
)
ACCURACY = Column(
    "accuracy",
    words=Words(
        label=r"accuracy $\varepsilon$",
        symbol=r"$\varepsilon$",
        definition="The accuracy is the largest error that is allowed.",
    ),
)
COUNTS = (
    Column(
        "parameters",
        "int64",
        words=Words(
            label="parameters $P$",
            definition="P counts all weights and biases of the layers, zeros included.",
        ),
    ),
    Column(
        "nonzeros",
        "int64",
        words=Words(
            "non-zero parameters",
            label="non-zero parameters $M$",
            definition="M counts the weights and biases that are not zero.",
        ),
    ),
    Column("hidden_layers", "int64", words=Words("hidden layers")),
)
CERTIFIED = Column(
    "certified",
    words=Words(
        "certified error",
        definition="The certified error is a proved bound of the error at every point of the cube.",
    ),
)
FOUND = (
    Column("uniform_error", words=Words("largest error at uniform points")),
    Column("corner_error", words=Words("largest error at corners")),
    Column("diagonal_error", words=Words("largest error on the diagonal")),
    Column("ascent_error", words=Words("largest error found by ascent")),
)
"""Lower bounds of the largest error, by four searches."""


def check_powers_of_two(dimensions: Iterable[int]) -> None:
    """Refuse a dimension that is no power of two, of which closed forms do not speak.

    Raises:
        flatminima.core.kinds.Misfit: At the first.
    """
    for dimension in dimensions:
        if dimension & (dimension - 1):
            raise Misfit("dimension", f"holds {dimension}; allowed: powers of two")
