"""How wide shallow networks have to be for a product on a large cube, beside the tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveIntegers
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import DIMENSION

__all__ = ["WidthsNeeded"]


@dataclass(frozen=True)
class WidthsNeeded(Measurement):
    """Counts the pieces that t^d on [0, R] asks for: the product on the diagonal of [-R, R]^d.

    A network of L hidden layers of width n has at most (n + 1)^L pieces on a line, so that it is at
    least `width_needed` wide. `tree_nonzeros` and `tree_width` are those of the tree of products of
    the same accuracy.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("radius", words=Words(symbol="$R$")),
        DIMENSION,
        Column("layers", "int64", words=Words("hidden layers", symbol="$L$")),
        Column("pieces_needed", "int64", words=Words("linear pieces needed")),
        Column("asymptotic_pieces", words=Words(label=r"$R^{d/2} / (2 \sqrt{\varepsilon})$")),
        Column("width_needed", "int64", words=Words("width needed")),
        Column("tree_nonzeros", "int64", words=Words("non-zero parameters of the tree")),
        Column("tree_width", "int64", words=Words("width of the tree")),
    )

    dimension: Annotated[tuple[Annotated[int, Ge(2), Le(32)], ...], Len(1), Axis()]
    """The numbers d of factors."""
    radius: Annotated[tuple[Annotated[float, Gt(0), Le(2)], ...], Len(1), Axis()]
    """R: factors are from -R to R."""
    layers: PositiveIntegers
    """The numbers L of hidden layers of the shallow networks."""
    accuracy: Annotated[float, Ge(1e-3), Le(1)]
    """The accuracy eps."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each radius, dimension and depth."""
        del given
        from flatminima_papers.expressivity.theory.pieces import pieces_needed, width_needed
        from flatminima_papers.expressivity.theory.products import product, squarings_for

        for radius in self.radius:
            for dimension in self.dimension:
                pieces = pieces_needed(dimension, radius, self.accuracy)
                each = self.accuracy / (radius**dimension * (dimension - 1))
                tree = product(dimension, squarings_for(each), radius)
                for layers in self.layers:
                    yield {
                        "radius": radius,
                        "dimension": dimension,
                        "layers": layers,
                        "pieces_needed": pieces,
                        "asymptotic_pieces": radius ** (dimension / 2) / (2 * self.accuracy**0.5),
                        "width_needed": width_needed(pieces, layers),
                        "tree_nonzeros": tree.nonzeros,
                        "tree_width": max(tree.widths),
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes: a step of Newton's method a piece."""
        del sizes
        pieces = sum(
            1 + radius ** (dimension / 2) / self.accuracy**0.5
            for radius in self.radius
            for dimension in self.dimension
        )
        return Work(0.1 * len(self.radius) * len(self.dimension) + 1e-5 * pieces, 1e5)
