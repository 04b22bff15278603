"""What is measured of how fast features move."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.kinds import Axis

__all__ = ["ACTIVATION", "LAYER", "Activations", "Depths", "Factors", "WideActivations", "Widths"]

ACTIVATION = Column(
    "activation", "str", words=Words(values={"identity": "linear", "relu": "ReLU", "gelu": "GELU"})
)
LAYER = Column("layer", "int64", words=Words(label=r"layer $\ell$", symbol=r"$\ell$"))

Activations = Annotated[tuple[Literal["identity", "relu", "gelu"], ...], Len(1), Axis()]
WideActivations = Annotated[tuple[Literal["identity", "relu"], ...], Len(1), Axis()]
Widths = Annotated[tuple[Annotated[int, Ge(2), Le(1_000_000)], ...], Len(1), Axis()]
Depths = Annotated[tuple[Annotated[int, Ge(2), Le(2000)], ...], Len(1), Axis()]
Factors = Annotated[tuple[Annotated[float, Gt(0), Le(100)], ...], Len(1), Axis()]
