"""Interpolation on grids of all variables: how many nodes an accuracy takes, as d grows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column, Words, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveIntegers
from flatminima.datasets import DataSize
from flatminima.measurements import Datasets, Given, Measurement
from flatminima_papers.expressivity.columns import DIMENSION, Points

__all__ = ["MultilinearGrids"]

FUNCTION = Column(
    "function",
    "str",
    words=Words(values={"maximum": r"$\max x_i$", "cosines": r"$\prod \cos 2 x_i$"}),
)


@dataclass(frozen=True)
class MultilinearGrids(Measurement):
    """Interpolates the maximum and a product of cosines on grids of [-1, 1]^d.

    The error is the largest on the diagonal, where both functions are hardest. `exact_error` is the
    closed form (d - 1) d^(-d/(d-1)) h of the maximum, and NaN for the cosines. The table is reduced
    to the exponents of the nodes in 1/error, one a function and dimension.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        FUNCTION,
        DIMENSION,
        Column("pieces", "int64", words=Words("pieces a side")),
        Column("nodes", words=Words("nodes of the grid")),
        Column("error", words=Words("largest error on the diagonal")),
        Column("exact_error", words=Words("error by the closed form", label="$c_d h$")),
    )
    reduced: ClassVar[str | None] = "grid_exponents"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        FUNCTION,
        DIMENSION,
        Column("exponent", words=Words("fitted exponent of the nodes in 1/error")),
        Column("low", words=Words("95 % interval, low")),
        Column("high", words=Words("95 % interval, high")),
        Column("predicted", words=Words("predicted exponent")),
        Column("cases", "int64"),
    )

    dimension: Annotated[tuple[Annotated[int, Ge(1), Le(8)], ...], Len(1), Axis()]
    """The numbers d of variables."""
    pieces: PositiveIntegers
    """Into how many pieces each side is cut."""
    points: Points
    """How many points of the diagonal are looked at."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each function, dimension and number of pieces."""
        del given
        from flatminima_papers.expressivity.theory.grids import maximum_constant, multilinear

        functions = {
            "maximum": lambda x: x.max(1),
            "cosines": lambda x: np.cos(2 * x).prod(1),
        }
        diagonal = np.linspace(-1, 1, self.points)
        for name, function in functions.items():
            for dimension in self.dimension:
                if name == "maximum" and dimension == 1:
                    continue  # there is nothing to interpolate: it is the number itself
                points = np.repeat(diagonal[:, None], dimension, axis=1)
                for pieces in self.pieces:
                    found = multilinear(function, points, pieces)
                    exact = np.nan
                    if name == "maximum":
                        exact = maximum_constant(dimension) * 2 / pieces
                    yield {
                        "function": name,
                        "dimension": dimension,
                        "pieces": pieces,
                        "nodes": float(pieces + 1) ** dimension,
                        "error": np.abs(found - function(points)).max(),
                        "exact_error": exact,
                    }

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Fit the exponent of the nodes, of pieces^d, for each function and dimension."""
        del datasets
        import pandas as pd

        from flatminima_papers.expressivity.theory.exponents import fit_powers

        rows = []
        for (name, dimension), group in table.groupby(["function", "dimension"], sort=False):
            cells = group["pieces"].to_numpy(dtype=float) ** dimension
            (fitted,) = fit_powers(cells, 1 / group["error"].to_numpy())
            rows.append(
                {
                    "function": name,
                    "dimension": dimension,
                    "exponent": fitted.value,
                    "low": fitted.low,
                    "high": fitted.high,
                    "predicted": dimension / (1 if name == "maximum" else 2),
                    "cases": len(group),
                }
            )
        types = typed(cls.reduced_columns)
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        corners = sum(2**dimension * dimension for dimension in self.dimension)
        numbers = corners * len(self.pieces) * self.points
        return Work(0.01 + 1e-7 * numbers, 20.0 * max(self.dimension) * self.points)
