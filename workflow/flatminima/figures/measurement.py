"""Columns of a measurement against another column: markers are measured, lines closed forms."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from annotated_types import Ge, Le, Len

from flatminima.core.kinds import Misfit, Reference, Text, Values
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

__all__ = ["MeasurementFigure", "Part"]

Columns = Annotated[tuple[ColumnName, ...], Len(1)]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
STYLES = ("-", ":", "--", "-.")
"""The colours of closed forms."""


@dataclass(frozen=True)
class Part:
    """What differs in a further panel; all else is as in the first."""

    measurement: Annotated[str, Reference("measurements")] | None = None
    """The name of the measurement that the panel shows."""
    x: ColumnName | None = None
    """The column of the abscissa."""
    y: Columns | None = None
    """Measured columns, a marker each."""
    curves: tuple[ColumnName, ...] | None = None
    """Columns of closed forms, a line each."""
    relative_to: ColumnName | None = None
    """The column that all others are divided by."""
    excess: bool | None = None
    """Whether what is drawn is how far the ratio is from 1."""
    floor: Annotated[float, Ge(0), Le(1)] | None = None
    """Below it there is rounding alone: shaded, and points drawn at its level."""
    y_label: Text | None = None
    """The text beside the ordinate, of one line and 1 to 200 characters."""
    x_scale: ScaleKind | None = None
    """A linear or a logarithmic axis."""
    y_scale: ScaleKind | None = None
    """A linear or a logarithmic axis."""
    x_range: Range | None = None
    """The two ends of the axis."""
    y_range: Range | None = None
    """The two ends of the axis."""


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
    slopes: tuple[Annotated[float, Ge(-20), Le(20)], ...] = ()
    """The orders of the measured columns in the abscissa, for which a guide is drawn each."""
    joined: tuple[ColumnName, ...] = ()
    """Columns that distinguish starts; the points of one start are joined."""
    colours: ColumnName | None = None
    """The column whose values have a colour each."""
    panels: ColumnName | None = None
    """The column whose values have a panel each."""
    beside: tuple[Part, ...] = ()
    """Further panels, of other columns or other measurements."""
    relative_to: ColumnName | None = None
    """The column that all others are divided by."""
    excess: bool = False
    """Whether what is drawn is how far the ratio is from 1."""
    floor: Annotated[float, Ge(0), Le(1)] = 0.0
    """Below it there is rounding alone: shaded, and points drawn at its level."""
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "beside", tuple(map(_part, self.beside)))

    def plain(self) -> dict[str, Any]:
        """Return the block of this kind as plain values, defaults written out."""
        beside = [
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in vars(part).items()
                if value is not None
            }
            for part in self.beside
        ]
        return super().plain() | {"beside": beside}

    def parts(self) -> list["MeasurementFigure"]:
        """Return the figures of one measurement of which it consists."""
        changes = ({k: v for k, v in vars(part).items() if v is not None} for part in self.beside)
        return [self.replaced(beside=(), **change) for change in ({}, *changes)]

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        names = dict.fromkeys(part.measurement for part in self.parts())
        roles = ("table" if place == 0 else f"table_{place}" for place in range(len(names)))
        return {role: ("measurement", name) for role, name in zip(roles, names, strict=False)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        single = (self.colours, self.panels, self.relative_to)
        return [self.x, *self.y, *self.curves, *(name for name in single if name is not None)]

    def check(self, view: MeasurementView) -> None:
        """Reject missing data."""
        for key in ("x", "colours", "panels", "relative_to"):
            if getattr(self, key) is not None:
                check_column(key, getattr(self, key), view.columns)
        for key in ("y", "curves", "interval", "joined"):
            for place, name in enumerate(getattr(self, key) or ()):
                check_column(f"{key}[{place}]", name, view.columns)
        for name in self.only:
            check_column("only", name, view.columns)
        check_ranges(self)
        if self.slopes and (self.x_scale, self.y_scale) != ("log", "log"):
            raise Misfit("slopes", "are orders; allowed: where x_scale and y_scale are log")
        if len(self.slopes) > len(self.y):
            raise Misfit(
                "slopes", f"holds {len(self.slopes)} orders; allowed: {len(self.y)}, one for each y"
            )
        if self.excess and self.relative_to is None:
            raise Misfit("excess", "is of a ratio; allowed: where relative_to is given")
        if self.beside and self.panels is not None:
            raise Misfit("beside", "adds panels to one; allowed: where panels is not given")

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH

        rows, columns = _grid(len(self._panels(tables)))
        if rows * columns == 1:
            return COLUMN_WIDTH, 0.9 * COLUMN_WIDTH
        return PAGE_WIDTH, (0.25 + (0.62 if columns == 2 else 0.55) * rows) * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        from flatminima.plotting.drawing import add_legend, add_letters, set_axes
        from flatminima.plotting.style import label_of

        panels = self._panels(tables)
        shape = _grid(len(panels))
        alike = not self.beside  # all panels show the same quantities
        grid = figure.subplots(*shape, squeeze=False, sharex=alike, sharey=alike)
        for axes in grid.flat[len(panels) :]:
            axes.remove()
        drawn = list(zip(grid.flat, panels, strict=False))
        colours = self._colours([panel.rows for panel in panels])
        for place, (axes, panel) in enumerate(drawn):
            part = panel.part
            part._paint_panel(axes, panel.rows, colours, words)
            if panel.value is not None:
                axes.set_title(label_of(words, self.panels, panel.value))
            lowest = not alike or place + shape[1] >= len(panels)
            axes.set_xlabel(words[part.x]["label"] if lowest else "")
            axes.tick_params(axis="x", which="both", labelbottom=lowest)
            axes.set_ylabel("" if alike and len(panels) > 1 else part._label(words))
        for axes, panel in drawn:
            set_axes(axes, panel.part, at=panel.ticks, floor=panel.part.floor)
        if alike and len(panels) > 1:
            figure.supylabel(self._label(words))
        add_letters(figure.axes)
        add_legend(figure)

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        return f"{_named(self.y, words)} against {_named([self.x], words)}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        if self.beside:
            each = (part.describe(words) for part in self.parts())
            return "; ".join(f"({letter}) {text}" for letter, text in zip(LETTERS, each))  # noqa: B905
        text = self.headline(words)
        if self.curves:
            text += f"; closed forms: {_named(self.curves, words)}"
        if self.relative_to is not None:
            over = f"all over {_named([self.relative_to], words)}"
            text += f"; how far {over} is from 1" if self.excess else f"; {over}"
        if self.floor:
            text += f"; what is below {self.floor:g} is rounding, drawn at that level"
        if self.slopes:
            orders = " and ".join(f"{order:g}" for order in dict.fromkeys(self.slopes))
            text += f"; dashed grey guides of slope {orders}"
        if self.joined:
            text += "; the points of one start are joined"
        elif self.interval is None:
            text += "; where four or more runs share a place, their median with 5 % and 95 %"
        if self.colours is not None:
            text += f"; a colour for each {_named([self.colours], words)}"
        if self.panels is not None:
            text += f"; a panel for each {_named([self.panels], words)}"
        return text

    def _panels(self, tables: Mapping[str, Any]) -> list["Panel"]:
        """Return the panels, from left to right and down."""
        roles = {name: role for role, (_, name) in self.tables().items()}
        panels = []
        for part in self.parts():
            table = part._drawn(tables[roles[part.measurement]])
            groups = [(None, table)] if part.panels is None else table.groupby(part.panels)
            # depth and width have few values, and those are what is of interest
            ticks = sorted(table[part.x].unique()) if part.x in ("depth", "width") else None
            panels += [Panel(part, value, rows, ticks) for value, rows in groups]
        return panels

    def _drawn(self, table: Any) -> Any:
        """Return the rows that are drawn, in the unit of the figure."""
        for column, values in self.only.items():
            table = table[table[column].isin(values)]
        unit = 1.0 if self.relative_to is None else table[self.relative_to]
        scaled = {
            name: table[name] / unit for name in (*self.y, *self.curves, *(self.interval or ()))
        }
        if self.excess:
            scaled = {name: abs(values - 1) for name, values in scaled.items()}
        if self.floor:
            scaled = {name: values.clip(self.floor) for name, values in scaled.items()}
        return table.assign(**scaled)

    def _label(self, words: ColumnWords) -> str:
        from flatminima.plotting.style import name_of

        if self.y_label is not None:
            return self.y_label
        if self.relative_to is not None:
            what = "sharpness" if "sharpness" in self.relative_to else "rate"
            ratio = f"{what} over {words[self.relative_to]['label']}"
            return f"{ratio}, distance from 1" if self.excess else ratio
        return name_of(words, self.y[0]) if len(self.y) == 1 else "value"

    def _colours(self, tables: list) -> dict[Any, Any]:
        """Return the colour of each value of the column that colours distinguish."""
        from flatminima.plotting.style import colours_of

        if self.colours is None:
            return {}
        return colours_of(self.colours, sorted({v for rows in tables for v in rows[self.colours]}))

    def _paint_panel(
        self, axes: Any, rows: Any, colours: Mapping[Any, Any], words: ColumnWords
    ) -> None:
        """Draw one panel; colours distinguish groups, markers the measured columns or groups."""
        from flatminima.plotting.drawing import draw_order, draw_points
        from flatminima.plotting.style import MARKERS, colours_of, label_of, name_of

        groups = [(None, rows)] if self.colours is None else list(rows.groupby(self.colours))
        axes.set_xscale(self.x_scale)
        if self.relative_to is not None and not self.excess:
            axes.axhline(1, color="0.6", linewidth=0.8, zorder=0.5)
        for name, order in zip(self.y, self.slopes, strict=False):
            draw_order(axes, rows, self.x, name, order)
        self._paint_curves(axes, groups, colours, words)
        several = len(self.y) > 1
        own = colours_of("", self.y)
        slots = len(self.y) * len(groups)
        for slot, (name, (value, group)) in enumerate(itertools.product(self.y, groups)):
            place = self.y.index(name) if several else [*colours, value].index(value)
            marker = {"marker": MARKERS[place], "color": colours.get(value, own[name])}
            if self.joined:
                for _, start in group.sort_values(self.x).groupby(list(self.joined)):
                    axes.plot(start[self.x], start[name], color=marker["color"], linewidth=0.7)
                marker |= {"markersize": 2}
            shift = self._room(rows) * (slot + 0.5 - slots / 2) / slots
            alone = bool(self.joined or self.interval)
            draw_points(axes, group, self.x, name, shift, self.interval, alone=alone, **marker)
        for order in dict.fromkeys(self.slopes):
            guide = {"color": "0.45", "linestyle": (0, (4, 2)), "linewidth": 0.8}
            axes.plot([], [], **guide, label=f"slope {order:g}")
        if several or not colours:
            for name, letter in zip(self.y, MARKERS, strict=False):
                colour = "0.3" if colours else own[name]
                axes.plot([], [], letter, color=colour, label=name_of(words, name))
        for place, (value, colour) in enumerate(colours.items()):
            letter = "s" if several else MARKERS[place]
            axes.plot([], [], letter, color=colour, label=label_of(words, self.colours, value))

    def _room(self, rows: Any) -> float:
        """Return the room for groups side by side, as a share of the abscissa.

        Where a curve, a guide or a joined start shows what happens between the places, none: a
        marker that is moved would lie beside its curve.
        """
        import numpy as np

        from flatminima.plotting.drawing import MOST_PLACES

        places = np.unique(rows[self.x].dropna())
        if self.curves or self.slopes or self.joined or not 1 < len(places) <= MOST_PLACES:
            return 0.0
        if self.x_scale == "log":
            places = np.log(places[places > 0])
        return min(0.5 * float((np.diff(places) / np.ptp(places)).min()), 0.07)

    def _paint_curves(self, axes: Any, groups: list, colours: Any, words: ColumnWords) -> None:
        """Draw closed forms as lines above the points."""
        from flatminima.plotting.style import name_of

        for curve, style in zip(self.curves, itertools.cycle(STYLES), strict=False):
            same = _same_in_all(groups, self.x, curve)
            line = {"linestyle": style, "linewidth": 1.0, "zorder": 3}
            for value, group in groups:
                means = group.groupby(self.x)[curve].mean()
                colour = "black" if same else colours[value]
                axes.plot(means.index, means, color=colour, **line)
            axes.plot([], [], color="black" if same else "0.3", label=name_of(words, curve), **line)


def _part(values: Any) -> Part:
    """Return a further panel, which may be given as plain values."""
    if isinstance(values, Part):
        return values
    return Part(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


class Panel(NamedTuple):
    """One panel.

    Attributes:
        part: What is drawn in it, and how.
        value: The value that its rows share in the column with one panel per value.
        rows: Its rows of the table, in the unit of the figure.
        ticks: The ticks of the abscissa, if they are prescribed.
    """

    part: MeasurementFigure
    value: Any
    rows: Any
    ticks: list | None


def _grid(panels: int) -> tuple[int, int]:
    """Return how many rows and columns of panels there are."""
    columns = 2 if panels in (2, 4) else min(3, panels)
    return -(-panels // columns), columns


def _named(columns: Any, words: ColumnWords) -> str:
    return ", ".join(words[name]["words"] for name in columns)


def _same_in_all(groups: list, x: str, column: str) -> bool:
    """Return whether a closed form depends on x alone, so that it needs no colour."""
    import numpy as np

    means = [group.groupby(x)[column].mean() for _, group in groups]
    return all(mean.index.equals(means[0].index) and np.allclose(mean, means[0]) for mean in means)
