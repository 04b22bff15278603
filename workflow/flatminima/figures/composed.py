"""Several figures in one, for example the two parts of a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Len

from flatminima.core.kinds import Misfit, Reference, Text, restore
from flatminima.core.people import for_people
from flatminima.figures import ColumnWords, FigureKind

__all__ = ["ComposedFigure"]


@dataclass(frozen=True)
class ComposedFigure(FigureKind):
    """Draws other figures, which stay figures by themselves, in one.

    In a configuration `figures` holds names; a study puts the figures in their place.
    """

    figures: Annotated[tuple[str, ...], Len(2, 4), Reference("figures")]
    """The ids of the figures, of this paper and above this one."""
    labels: tuple[Text, ...] = ()
    """A few words above each of them."""

    def __post_init__(self) -> None:
        pieces = (
            restore("figures", one) if isinstance(one, Mapping) else one for one in self.figures
        )
        object.__setattr__(self, "figures", tuple(pieces))

    def resolved(self, figures: Mapping[str, FigureKind]) -> "ComposedFigure":
        """Return the figure with the figures that it names in the place of their names."""
        if len(self.labels) not in (0, len(self.figures)):
            raise Misfit(
                "labels", f"holds {len(self.labels)} texts; allowed: {len(self.figures)}, or none"
            )
        for place, name in enumerate(self.figures):
            if figures[name].pieces() or figures[name].regression() is not None:
                raise Misfit(
                    f"figures[{place}]",
                    f"is {name!r}, which is composed or a scatter plot; allowed: another figure",
                )
        return self.replaced(figures=tuple(figures[name] for name in self.figures))

    def pieces(self) -> tuple[FigureKind, ...]:
        """Return the figures that it draws."""
        return self.figures

    def plain(self) -> dict[str, Any]:
        """Return the block of this kind as plain values, with the blocks of its pieces."""
        pieces = [piece if isinstance(piece, str) else piece.plain() for piece in self.figures]
        return super().plain() | {"figures": pieces}

    def drawn(self) -> dict[str, Any]:
        """Return the block of this kind as plain values, without what the drawing does not use."""
        return super().drawn() | {"figures": [piece.drawn() for piece in self.figures]}

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role: the number of a piece and its role."""
        return {
            f"piece_{place}_{role}": table
            for place, piece in enumerate(self.figures)
            for role, table in piece.tables().items()
        }

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [name for piece in self.figures for name in piece.shown()]

    def parts(self) -> list[FigureKind]:
        """Return the figures of which it consists, each of one experiment or measurement."""
        return [part for piece in self.figures for part in piece.parts()]

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import PAGE_WIDTH

        return PAGE_WIDTH, sum(self._heights(tables))

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the pieces, row by row; letters go on from piece to piece."""
        from flatminima.plotting.drawing import add_letters

        rows, panels = self._rows(tables), []
        places = figure.subfigures(len(rows), 1, squeeze=False, height_ratios=self._heights(tables))
        for row, place in zip(rows, places[:, 0], strict=True):
            for number, part in zip(
                row, place.subfigures(1, len(row), squeeze=False)[0], strict=True
            ):
                of_piece = _tables_of(number, tables)
                self.figures[number].paint_panels(part, of_piece, words[str(number)])
                if self.labels:
                    part.axes[0].set_title(self.labels[number])
                panels += part.axes
        add_letters(panels)

    def _rows(self, tables: Mapping[str, Any]) -> list[list[int]]:
        """Return the numbers of the pieces in each row: a wide one alone, narrow ones together."""
        from flatminima.plotting.style import PAGE_WIDTH

        rows: list[list[int]] = []
        narrow: list[int] = []
        for number, piece in enumerate(self.figures):
            if piece.page(_tables_of(number, tables))[0] == PAGE_WIDTH:
                rows.append([number])
            else:
                narrow.append(number)
        in_a_row = 3 if len(narrow) == 3 else 2
        rows += [narrow[k : k + in_a_row] for k in range(0, len(narrow), in_a_row)]
        return sorted(rows)

    def _heights(self, tables: Mapping[str, Any]) -> list[float]:
        """Return the height of each row, in inches."""
        return [
            max(self.figures[n].page(_tables_of(n, tables))[1] for n in row)
            for row in self._rows(tables)
        ]

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        each = (piece.headline(words[str(n)]) for n, piece in enumerate(self.figures))
        return "; ".join(dict.fromkeys(each))

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        each = (piece.describe(words[str(n)]) for n, piece in enumerate(self.figures))
        return "; then ".join(dict.fromkeys(each))


def _tables_of(number: int, tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of one piece, by their roles in it."""
    start = f"piece_{number}_"
    return {
        role.removeprefix(start): table for role, table in tables.items() if role.startswith(start)
    }
