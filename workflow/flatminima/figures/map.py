"""A map of a measurement: the colour of each point of a plane says what happens there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from flatminima.core.kinds import Reference
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    FigureKind,
    MeasurementView,
    Range,
    ScaleKind,
    check_column,
    check_ranges,
)

__all__ = ["MapFigure"]


@dataclass(frozen=True)
class MapFigure(FigureKind):
    """Draws a column of a measurement that has a value for each x and y of a grid."""

    measurement: Annotated[str, Reference("measurements")]
    """The name of the measurement that is drawn, or of the table that a kind is reduced to."""
    x: ColumnName
    """The column of the abscissa."""
    y: ColumnName
    """The column of the ordinate."""
    colours: ColumnName
    """The column of names that have a colour each."""
    curves: tuple[ColumnName, ...] = ()
    """Columns of places on the abscissa, a line each, along the ordinate."""
    x_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    y_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    x_range: Range | None = None
    """The two ends of the axis."""
    y_range: Range | None = None
    """The two ends of the axis."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        return {"table": ("measurement", self.measurement)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.x, self.y, self.colours, *self.curves]

    def check(self, view: MeasurementView) -> None:
        """Reject missing data."""
        for key in ("x", "y", "colours"):
            check_column(key, getattr(self, key), view.columns)
        for place, name in enumerate(self.curves):
            check_column(f"curves[{place}]", name, view.columns)
        check_ranges(self)

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH

        del tables
        return COLUMN_WIDTH, 0.9 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        import numpy as np
        from matplotlib.colors import ListedColormap

        from flatminima.plotting.drawing import add_legend, set_axes
        from flatminima.plotting.style import label_of, name_of, values_of

        table = tables["table"]
        names = values_of(table, self.colours)
        numbers = table[self.colours].map({name: place for place, name in enumerate(names)})
        grid = table.assign(number=numbers.astype(float)).pivot(
            index=self.y, columns=self.x, values="number"
        )
        shades = [str(grey) for grey in np.linspace(0.93, 0.35, len(names))]
        axes = figure.subplots()
        axes.pcolormesh(
            grid.columns, grid.index, np.ma.masked_invalid(grid.to_numpy()),
            cmap=ListedColormap(shades), vmin=-0.5, vmax=len(names) - 0.5,
            shading="nearest", rasterized=True,
        )  # fmt: skip
        dashes = ("-", "--", ":", "-.")
        for place, name in enumerate(self.curves):
            along = table.groupby(self.y)[name].first()
            style = {"color": "black", "linestyle": dashes[place % len(dashes)]}
            axes.plot(along, along.index, label=name_of(words, name), **style)
        for shade, name in zip(shades, names, strict=True):
            marker = {"color": shade, "marker": "s", "linestyle": ""}
            axes.plot([], [], **marker, label=label_of(words, self.colours, name))
        axes.set(xlabel=words[self.x]["label"], ylabel=words[self.y]["label"])
        if self.x_range is None:
            axes.set_xlim(grid.columns.min(), grid.columns.max())
        set_axes(axes, self)
        add_legend(figure)

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        colours, x, y = (words[name]["words"] for name in (self.colours, self.x, self.y))
        return f"{colours} at each {x} and {y}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        text = self.headline(words)
        if self.curves:
            text += "; lines: " + ", ".join(words[name]["words"] for name in self.curves)
        return text
