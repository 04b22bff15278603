"""The linear pieces of random networks of one input, counted exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le

from flatminima.core.columns import REPETITION, Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import PositiveInteger
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement

__all__ = ["LinearPieces"]


@dataclass(frozen=True)
class LinearPieces(Measurement):
    """Counts the pieces of networks with integer weights in rational arithmetic.

    `most_pieces` is the product of (n + 1) over the hidden widths n. Sawtooths of 2^m pieces on
    [0, 1], which have two more outside if m > 1, stand beside the random networks.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column("network", "str", words=Words(values={"random": "random", "sawtooth": "sawtooth"})),
        REPETITION,
        Column("hidden_layers", "int64", words=Words("hidden layers", symbol="hidden layers")),
        Column("units", "int64", words=Words("hidden units")),
        Column("pieces", "int64", words=Words("linear pieces")),
        Column("most_pieces", "int64", words=Words("most pieces", label=r"$\prod (n_k + 1)$")),
    )

    repetitions: PositiveInteger
    """How many random networks there are of each depth."""
    width: Annotated[int, Ge(1), Le(12)]
    """The largest width of a hidden layer; widths are drawn from 1 to it."""
    hidden_layers: Annotated[int, Ge(1), Le(6)]
    """The most hidden layers; random networks have from 1 to as many."""
    teeth: Annotated[int, Ge(1), Le(10)]
    """The deepest sawtooth has 2 to this power pieces on [0, 1]."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each depth and repetition, then the sawtooths."""
        from flatminima_papers.expressivity.theory.pieces import random_integer_network
        from flatminima_papers.expressivity.theory.products import sawtooth

        for layers in range(1, self.hidden_layers + 1):
            for repetition in range(1, self.repetitions + 1):
                generator = random_generator(given.seed, "pieces", given.name, layers, repetition)
                hidden = generator.integers(1, self.width + 1, layers).tolist()
                network = random_integer_network(generator, hidden)
                yield self._row("random", repetition, network)
        for teeth in range(1, self.teeth + 1):
            yield self._row("sawtooth", 1, sawtooth(teeth))

    def _row(self, name: str, repetition: int, network: Any) -> dict[str, Any]:
        from flatminima_papers.expressivity.theory.pieces import count_pieces, most_pieces

        hidden = network.widths[1:-1]
        return {
            "network": name,
            "repetition": repetition,
            "hidden_layers": len(hidden),
            "units": sum(hidden),
            "pieces": count_pieces(network),
            "most_pieces": most_pieces(hidden),
        }

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        pieces = self.hidden_layers * self.width / 2
        cases = self.hidden_layers * self.repetitions
        return Work(cases * 1e-4 * pieces * self.width + 2e-4 * 2**self.teeth, 1e5)
