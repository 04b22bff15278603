"""Networks as they are built: an edge a row, to be drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["BuiltNetwork"]


@dataclass(frozen=True)
class BuiltNetwork(Measurement):
    """Lists the weights of constructed networks that are not zero.

    The nodes of a layer are counted from 1, those of layer 0 are the inputs. A bias is an edge from
    node 0. `width` is the number of nodes of the layer that an edge leads to, and `width_before`
    that of the layer it comes from.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "construction",
            "str",
            words=Words(values={"maximum": "maximum", "product": "product of two"}),
        ),
        Column("layer", "int64", words=Words("layer")),
        Column("source", "int64", words=Words("node that an edge comes from")),
        Column("target", "int64", words=Words("node that an edge leads to")),
        Column("weight", words=Words("weight", label="weight")),
        Column("width_before", "int64", words=Words("nodes of the layer before")),
        Column("width", "int64", words=Words("nodes of the layer")),
    )

    construction: Annotated[tuple[Literal["maximum", "product"], ...], Len(1), Axis()]
    """What is built."""
    dimension: Annotated[int, Ge(2), Le(64)]
    """The number of inputs of the maximum."""
    squarings: Annotated[int, Ge(1), Le(20)]
    """The number m of sawtooth layers of the product."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """List the edges of each network, layer by layer."""
        del given
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.products import product_of_two

        networks = {
            "maximum": lambda: maximum(self.dimension),
            "product": lambda: product_of_two(self.squarings),
        }
        for name in self.construction:
            network = networks[name]()
            for layer, (W, b) in enumerate(zip(network.weights, network.biases, strict=True), 1):
                whole = np.column_stack([b, W.toarray()])
                for target, source in np.argwhere(whole):
                    yield {
                        "construction": name,
                        "layer": layer,
                        "source": source,
                        "target": target + 1,
                        "weight": whole[target, source],
                        "width_before": W.shape[1],
                        "width": W.shape[0],
                    }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        edges = 8 * self.dimension + 16 * self.squarings
        return Work(0.01 + 1e-4 * edges, 100.0 * self.dimension**2)
