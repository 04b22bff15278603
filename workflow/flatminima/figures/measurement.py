"""Columns of a measurement against another: markers measured, lines closed forms."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Len

from flatminima.figures import (
    Caption,
    ColumnName,
    FigureKind,
    MeasurementView,
    Range,
    ScaleKind,
    Words,
    check_column,
    check_ranges,
)
from flatminima.kinds import Reference, Text, Values

__all__ = ["MeasurementFigure"]

Columns = Annotated[tuple[ColumnName, ...], Len(1)]


@dataclass(frozen=True)
class MeasurementFigure(FigureKind):
    """Draws columns of a measurement."""

    measurement: Annotated[str, Reference("measurements")]
    """The name of the measurement that is drawn, or of the table that a kind is reduced to."""
    x: ColumnName
    """The column of the abscissa."""
    y: Columns
    """Measured columns, a marker each."""
    curves: tuple[ColumnName, ...] = ()
    """Columns of closed forms, a line each."""
    interval: Annotated[tuple[ColumnName, ...], Len(2, 2)] | None = None
    """Two columns, the ends of a bar on each marker."""
    colours: ColumnName | None = None
    """The column whose values have a colour each."""
    panels: ColumnName | None = None
    """The column whose values have a panel each."""
    relative_to: ColumnName | None = None
    """The column that all others are divided by."""
    only: Annotated[dict[str, Any], Values()] = field(default_factory=dict)
    """For a column the values that are drawn."""
    y_label: Text | None = None
    """The text beside the ordinate, of one line and 1 to 200 characters."""
    x_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    y_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    x_range: Range | None = None
    """The two ends of the axis."""
    y_range: Range | None = None
    """The two ends of the axis."""
    title: Text | None = None
    """The text above the figure, of one line and 1 to 200 characters."""
    caption: Caption | None = None
    """What to see in the figure, for the report; one line of 1 to 1000 characters."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return what it is drawn from, by role."""
        return {"table": ("measurement", self.measurement)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        single = (self.colours, self.panels, self.relative_to)
        return [self.x, *self.y, *self.curves, *(name for name in single if name is not None)]

    def check(self, view: MeasurementView) -> None:
        """Refuse to draw what there is not."""
        for key in ("x", "colours", "panels", "relative_to"):
            if getattr(self, key) is not None:
                check_column(key, getattr(self, key), view.columns)
        for key in ("y", "curves", "interval"):
            for place, name in enumerate(getattr(self, key) or ()):
                check_column(f"{key}[{place}]", name, view.columns)
        for name in self.only:
            check_column("only", name, view.columns)
        check_ranges(self)

    def draw(self, tables: Mapping[str, Any], words: Words) -> Any:
        """Draw it."""
        from flatminima.drawing import COLUMN_WIDTH, draw_beside

        table = self._drawn(tables["table"])
        rows, columns = self._grid(table)
        return draw_beside(
            [lambda figure: self.paint(figure, tables, words)],
            (1 if rows * columns == 1 else 2) * COLUMN_WIDTH,
            (0.3 + 0.65 * rows) * COLUMN_WIDTH,
        )

    def paint(self, figure: Any, tables: Mapping[str, Any], words: Words) -> None:
        """Draw it into a figure or a part of one."""
        from flatminima.drawing import finish, label_of

        table = self._drawn(tables["table"])
        panels = [(None, table)] if self.panels is None else list(table.groupby(self.panels))
        grid = figure.subplots(*self._grid(table), squeeze=False, sharex=True, sharey=True)
        for axes, (panel, part) in itertools.zip_longest(grid.flat, panels, fillvalue=(None, None)):
            if part is None:
                axes.remove()
                continue
            self._paint_panel(axes, part, self._colours(table), words)
            if panel is not None:
                axes.set_title(label_of(words, self.panels, panel))
            axes.set(xlabel=words[self.x]["label"], ylabel="")
        figure.supylabel(self.y_label or self._label(words), fontsize=8)
        finish(figure, self)
        for axes in figure.axes:
            if self.x in ("depth", "width"):  # few values, which are what is of interest
                axes.set_xticks(sorted(table[self.x].unique()))
                axes.set_xticks([], minor=True)
                axes.xaxis.set_major_formatter("{x:.0f}")

    def headline(self, words: Words) -> str:
        """Return in a few words what is drawn."""
        return f"{_named(self.y, words)} against {_named([self.x], words)}"

    def describe(self, words: Words) -> str:
        """Return in a sentence, without its point, what is drawn and how."""
        text = self.headline(words)
        if self.curves:
            text += f"; closed forms: {_named(self.curves, words)}"
        if self.relative_to is not None:
            text += f"; all over {_named([self.relative_to], words)}"
        if self.colours is not None:
            text += f"; a colour for each {_named([self.colours], words)}"
        if self.panels is not None:
            text += f"; a panel for each {_named([self.panels], words)}"
        return text

    def _drawn(self, table: Any) -> Any:
        """Return the rows that are drawn, in their unit."""
        for column, values in self.only.items():
            table = table[table[column].isin(values)]
        unit = 1.0 if self.relative_to is None else table[self.relative_to]
        scaled = [*self.y, *self.curves, *(self.interval or ())]
        return table.assign(**{name: table[name] / unit for name in scaled})

    def _grid(self, table: Any) -> tuple[int, int]:
        """Return how many rows and columns of panels there are."""
        panels = 1 if self.panels is None else table[self.panels].nunique()
        columns = 2 if panels in (2, 4) else min(3, panels)
        return -(-panels // columns), columns

    def _label(self, words: Words) -> str:
        if self.relative_to is not None:
            what = "sharpness" if "sharpness" in self.relative_to else "rate"
            return f"{what} over {words[self.relative_to]['label']}"
        return words[self.y[0]]["label"] if len(self.y) == 1 else "value"

    def _colours(self, table: Any) -> dict[Any, Any]:
        """Return the colour of each value of the column that is told apart by colour."""
        import seaborn as sns

        from flatminima.drawing import colour_of, values_of

        if self.colours is None:
            return {}
        values = values_of(table, self.colours)
        if self.colours == "init_scale":
            return dict(zip(values, sns.color_palette("viridis", len(values)), strict=True))
        return {value: colour_of(self.colours, value, place) for place, value in enumerate(values)}

    def _paint_panel(self, axes: Any, rows: Any, colours: Mapping[Any, Any], words: Words) -> None:
        """Draw one panel; colours tell groups apart, markers the measured columns."""
        import seaborn as sns

        from flatminima.drawing import MARKERS, label_of

        groups = [(None, rows)] if self.colours is None else list(rows.groupby(self.colours))
        styles = itertools.cycle(["-", ":", "--", "-."])
        for curve, style in zip(self.curves, styles, strict=False):
            same = _same_in_all(groups, self.x, curve)
            for value, group in groups:
                means = group.groupby(self.x)[curve].mean()
                colour = "black" if same else colours[value]
                axes.plot(means.index, means, color=colour, linestyle=style, linewidth=0.9)
            line = {"color": "black", "linestyle": style, "linewidth": 0.9}
            axes.plot([], [], **line, label=words[curve]["label"])
        several = len(self.y) > 1
        for place, name in enumerate(self.y):
            own = sns.color_palette("colorblind")[place]
            for value, group in groups:
                colour = colours.get(value, own)
                if self.interval is not None:
                    low, high = self.interval
                    ends = (group[self.x], group[low], group[high])
                    axes.vlines(*ends, color=colour, linewidth=1)
                sns.scatterplot(
                    data=group,
                    x=self.x,
                    y=name,
                    ax=axes,
                    color=colour,
                    marker=MARKERS[place],
                    s=10,
                    alpha=0.7,
                    linewidth=0,
                    legend=False,
                )
            if several or not colours:
                colour = "0.3" if colours else own
                marker = {"color": colour, "marker": MARKERS[place], "linestyle": ""}
                axes.plot([], [], **marker, label=words[name]["label"])
        for value, colour in colours.items():
            marker = {"color": colour, "marker": "s" if several else "o", "linestyle": ""}
            axes.plot([], [], **marker, label=label_of(words, self.colours, value))


def _named(columns: Any, words: Words) -> str:
    return ", ".join(words[name]["words"] for name in columns)


def _same_in_all(groups: list, x: str, column: str) -> bool:
    """Tell whether a closed form depends on x alone, and needs no colour."""
    import numpy as np

    means = [group.groupby(x)[column].mean() for _, group in groups]
    return all(mean.index.equals(means[0].index) and np.allclose(mean, means[0]) for mean in means)
