"""Columns of a measurement against another column, one panel each: lines with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Len

from flatminima.core.kinds import Misfit, Reference, Values
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    FigureKind,
    MeasurementView,
    ScaleKind,
    check_column,
)

__all__ = ["ColumnsFigure"]

Columns = Annotated[tuple[ColumnName, ...], Len(1)]


@dataclass(frozen=True)
class ColumnsFigure(FigureKind):
    """Draws several columns of a measurement, side by side."""

    measurement: Annotated[str, Reference("measurements")]
    """The name of the measurement that is drawn, or of the table that a kind is reduced to."""
    x: ColumnName
    """The column of the abscissa."""
    y: Columns
    """The columns that are drawn, a panel each from left to right."""
    low: Columns
    """The lower ends of their intervals, as many."""
    high: Columns
    """The upper ends, as many."""
    colours: ColumnName
    """The column whose values have a line each."""
    curves: tuple[ColumnName, ...] = ()
    """Columns of closed forms, one for each panel from the left, at most as many."""
    only: Annotated[dict[str, Any], Values()] = field(default_factory=dict)
    """For a column the values that are drawn."""
    x_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        return {"table": ("measurement", self.measurement)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.x, *self.y, *self.curves, self.colours]

    def check(self, view: MeasurementView) -> None:
        """Reject missing data."""
        for key in ("x", "colours"):
            check_column(key, getattr(self, key), view.columns)
        for key in ("y", "low", "high", "curves"):
            for place, name in enumerate(getattr(self, key)):
                check_column(f"{key}[{place}]", name, view.columns)
        for name in self.only:
            check_column("only", name, view.columns)
        panels = len(self.y)
        for key in ("low", "high"):
            if len(getattr(self, key)) != panels:
                raise Misfit(key, f"holds {len(getattr(self, key))} columns; allowed: {panels}")
        if len(self.curves) > panels:
            raise Misfit(
                "curves", f"holds {len(self.curves)} columns; allowed: {panels}, one a panel"
            )

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH

        del tables
        width = COLUMN_WIDTH if len(self.y) == 1 else PAGE_WIDTH
        return width, 0.8 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        from flatminima.plotting.drawing import add_legend, add_letters, set_axes

        table = tables["table"]
        for column, values in self.only.items():
            table = table[table[column].isin(values)]
        panels = figure.subplots(1, len(self.y), squeeze=False)[0]
        for place, axes in enumerate(panels):
            self._paint_panel(axes, table, place, words)
            axes.set(xlabel=words[self.x]["label"], ylabel=words[self.y[place]]["label"])
            set_axes(axes, self)
        add_letters(panels)
        add_legend(figure)

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        named = ", ".join(words[name]["words"] for name in self.y)
        return f"{named} against {words[self.x]['words']}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        text = f"{self.headline(words)}, with 95 % intervals"
        if self.curves:
            named = ", ".join(words[name]["words"] for name in self.curves)
            text += f"; closed forms: {named}"
        return f"{text}; a line for each {words[self.colours]['words']}"

    def _paint_panel(self, axes: Any, table: Any, place: int, words: ColumnWords) -> None:
        """Draw one column and, if there is one, its closed form."""
        from flatminima.plotting.drawing import draw_line
        from flatminima.plotting.style import MARKERS, colours_of, label_of, name_of, values_of

        statistics = {self.y[place]: "mean", self.low[place]: "low", self.high[place]: "high"}
        colours = colours_of(self.colours, values_of(table, self.colours))
        for (value, colour), marker in zip(colours.items(), MARKERS, strict=False):
            rows = table.loc[table[self.colours] == value, [self.x, *statistics]]
            label = label_of(words, self.colours, value)
            rows = rows.rename(columns=statistics)
            draw_line(axes, rows, self.x, "mean", colour, marker, label)
        for name in self.curves[place : place + 1]:
            curve = table.groupby(self.x)[name].mean()
            style = {"color": "black", "linestyle": ":", "linewidth": 0.9}
            axes.plot(curve.index, curve, label=name_of(words, name), **style)
