"""Drawing of figures: pages, lines, points, bars, lines of the theory, legends."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.markers import CARETLEFT, CARETRIGHT

from flatminima.plotting.labels import EndLabel, panel_size
from flatminima.plotting.references import THEORY_LINES
from flatminima.plotting.style import INTERVALS, SMALL, style
from flatminima.plotting.ticks import set_ticks, set_ticks_at

__all__ = [
    "add_legend",
    "add_letters",
    "clipped",
    "draw_beside",
    "draw_brackets",
    "draw_line",
    "draw_points",
    "draw_probabilities",
    "draw_references",
    "end_of",
    "save_figure",
    "set_axes",
    "shade_floor",
    "shifted",
]

MOST_PLACES = 40
"""More distinct positions than this are not a grid, and their points are not moved."""

GOLDEN = (5**0.5 - 1) / 2
"""The fractional parts of any number of its multiples are spread evenly."""

OPEN = {"markerfacecolor": "white", "markeredgewidth": 0.8}
"""The marker of a cell in which some runs diverged."""

FEWEST = 5
"""A cell in which some runs diverged is drawn if at least this many did not."""


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PDF or PNG, by the path's ending, with the same bytes at every build."""
    ending = Path(path).suffix
    metadata = {".pdf": {"CreationDate": None}, ".png": {"Software": None}}[ending]
    drawn = BytesIO()  # Matplotlib's PDF writer hides why a file cannot be written
    with style():
        figure.savefig(drawn, format=ending[1:], metadata=metadata)
    Path(path).write_bytes(drawn.getvalue())


def draw_beside(
    parts: Sequence[Callable[[FigureBase], None]], width: float, height: float
) -> Figure:
    """Draw several parts side by side, each by a function of its place.

    Args:
        parts: Functions that draw into a figure or a part of one.
        width: The width of a part, in inches.
        height: The height of a part, in inches.
    """
    with style():
        figure = Figure(figsize=(len(parts) * width, height))
        places = figure.subfigures(1, len(parts), squeeze=False)[0] if len(parts) > 1 else [figure]
        for place, draw in zip(places, parts, strict=True):
            draw(place)
    return figure


# Into one panel


def clipped(values: Any, floor: float) -> Any:
    """Return values, where those below the level of rounding are set to it."""
    return np.maximum(values, floor) if floor else values


def draw_line(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    statistic: str,
    colour: Any,
    marker: str,
    label: str,
    *,
    dashed: bool = False,
    of_survivors: bool = False,
    floor: float = 0.0,
) -> None:
    """Draw one line with its interval; cells without a counted run leave a gap.

    Args:
        axes: Where.
        table: Rows of a summary.
        x: The column of the abscissa.
        statistic: ``mean`` or ``median``.
        colour: The colour of the line.
        marker: The marker of its points; empty for none.
        label: Its label in the legend.
        dashed: Whether the line is dashed.
        of_survivors: Whether only runs that did not diverge count; open markers then show where
            some did diverge, and cells with fewer than `FEWEST` other runs leave a gap, too.
        floor: Values below it are drawn at it.
    """
    table = table.sort_values(x)
    if of_survivors:
        few = (table["diverged"] > 0) & (table["count"] < FEWEST)
        table.loc[few, [statistic, *INTERVALS[statistic]]] = np.nan
    low, high = (clipped(table[end], floor) for end in INTERVALS[statistic])
    middle = clipped(table[statistic], floor)
    line = {"color": colour, "marker": marker, "markeredgecolor": colour, "markeredgewidth": 0.8}
    axes.plot(table[x], middle, **line, linestyle=(0, (4, 2)) if dashed else "-", label=label)
    axes.fill_between(table[x], low, high, color=colour, alpha=0.2, linewidth=0)
    if of_survivors:
        thinned = (table["diverged"] > 0) & (table["count"] > 0)
        axes.plot(table[x][thinned], middle[thinned], **line | OPEN, linestyle="")


def draw_probabilities(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    colour: Any,
    marker: str,
    label: str,
    shift: float,
) -> None:
    """Draw probabilities as points with bars for their intervals.

    Args:
        axes: The panel; the scale of its abscissa is set.
        table: Rows of a summary.
        x: The column of the abscissa.
        colour: The colour of the points.
        marker: The marker of the points.
        label: Their label in the legend.
        shift: A shift to the right, as a share of the range, so that bars do not overlap.
    """
    table = table.sort_values(x)
    bars = np.abs(table[["low", "high"]].to_numpy().T - table["mean"].to_numpy())
    axes.errorbar(
        *(shifted(table[x], shift, axes.get_xscale()), table["mean"], bars),
        color=colour,
        marker=marker,
        label=label,
        linewidth=0.6,
        elinewidth=0.9,
        capsize=0,
    )


def shifted(values: pd.Series, shift: Any, scale: str) -> pd.Series:
    """Return positions shifted to the right.

    Args:
        values: The positions.
        shift: The shift, as a share of their range.
        scale: The scale of the axis: ``linear`` or ``log``.
    """
    if scale == "log":
        return values * (values.max() / values.min()) ** shift
    return values + shift * (values.max() - values.min())


def draw_points(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    y: str,
    slot: int,
    slots: int,
    interval: tuple[str, str] | None,
    **marker: Any,
) -> None:
    """Draw a marker for each row; markers with the same x are side by side.

    Args:
        axes: The panel; the scale of its abscissa is set.
        table: The rows.
        x: The column of the abscissa.
        y: The column of the ordinate.
        slot: The number of this group among the groups at the same positions.
        slots: The number of groups.
        interval: Two columns, the ends of a bar on each marker; None draws no bar.
        marker: The ``color`` and the ``marker``.
    """
    scale = axes.get_xscale()
    if scale == "log":
        table = table[table[x] > 0]
    place = np.log(table[x]) if scale == "log" else table[x]
    each = np.unique(place.round(9))
    grid = len(each) <= MOST_PLACES
    many = len(table) > 2 * len(each) or not grid
    places = table[x]
    if grid and len(each) > 1:
        room = min(0.5 * np.diff(each).min() / np.ptp(each), 0.07) / slots
        rank = table.groupby(place.round(9)).cumcount()
        within = (rank + 1) * GOLDEN % 1 - 0.5 if many else 0.0
        shift = room * (slot + 0.5 - slots / 2 + 0.8 * within)
        # the same shift at every x as over the whole range
        places = shifted(table[x], shift, scale)
    if interval is not None:
        ends = (places, table[interval[0]], table[interval[1]])
        axes.vlines(*ends, color=marker["color"], linewidth=1)
    size = {"markersize": 2.6 if many else 3.8, "alpha": 0.6 if many else 0.9}
    axes.plot(places, table[y], **marker, **size, linestyle="", markeredgewidth=0, zorder=2)


def draw_references(
    axes: Axes,
    theory: pd.DataFrame,
    references: Sequence[str],
    x: str,
    lines: str,
    colours: Mapping[Any, Any],
) -> list[EndLabel]:
    """Draw lines of the theory, in the colour of the line to which they belong, else in black.

    Returns:
        The labels for the ends of the lines that cross the panel from left to right.
    """
    styles = itertools.cycle([":", (0, (1, 1, 3, 1)), (0, (3, 2)), "-."])
    coloured_styles = itertools.cycle(["--", ":", "-."])
    ends = []
    for reference in references:
        called = THEORY_LINES[reference]
        rows = theory[theory["quantity"] == reference]
        own_colours = rows[lines].notna().all() if lines in rows else False
        line = {"linestyle": next(coloured_styles if own_colours else styles), "linewidth": 0.9}
        entry = line | {"color": "0.3" if own_colours else "black", "label": called.label}
        if x in ("depth", "learning_rate") and rows[x].notna().all():
            for value, group in rows.groupby(lines) if own_colours else [(None, rows)]:
                group = group.sort_values(x)
                axes.plot(group[x], group["value"], color=colours.get(value, "black"), **line)
            axes.plot([], [], **entry)
            continue
        upright = THEORY_LINES[reference].bounds == x == "learning_rate"
        for row in rows.itertuples():
            colour = colours.get(getattr(row, lines), "black") if own_colours else "black"
            (axes.axvline if upright else axes.axhline)(row.value, color=colour, **line)
            if not upright:
                ends.append(EndLabel(called.symbol, None, row.value, colour))
        if upright:
            axes.plot([], [], **entry)
    return ends


def draw_brackets(axes: Axes, table: pd.DataFrame, colours: Mapping[int, Any]) -> None:
    """Draw the brackets of the critical rates of some depths, between the tips of two arrows.

    (A bracket can be narrower than any line.)

    Args:
        axes: The panel; its abscissa is the learning rate.
        table: It has a ``depth`` and the ends ``all_converge`` and ``none_converges``.
        colours: The colour of each depth that is drawn.
    """
    place = {"transform": axes.get_xaxis_transform(), "linestyle": "", "markersize": 5}
    for depth, colour in colours.items():
        rows = table[table["depth"] == depth]
        for end, marker in (("all_converge", CARETRIGHT), ("none_converges", CARETLEFT)):
            axes.plot(rows[end], [0.3] * len(rows), marker=marker, color=colour, **place)
    marker = {"color": "0.3", "marker": CARETRIGHT, "linestyle": ""}
    axes.plot([], [], **marker, label="critical rate as measured")


def shade_floor(axes: Axes, floor: float) -> None:
    """Shade the range below the level of rounding; the panel ends a little below the level."""
    _, high = axes.get_ylim()
    low = floor * (floor / high) ** 0.1
    axes.axhspan(low, floor, color="0.92", linewidth=0, zorder=0)
    axes.set_ylim(low, high)
    place = {"transform": axes.transAxes, "fontsize": SMALL, "color": "0.35", "va": "bottom"}
    axes.text(0.02, 0.005, "below rounding", **place)


def set_axes(
    axes: Axes, kind: Any, *, at: Sequence[float] | None = None, floor: float = 0.0
) -> None:
    """Set the scales, ranges and ticks of a panel.

    Args:
        axes: The panel, in which everything is drawn.
        kind: Its ``x_scale``, ``y_scale``, ``x_range`` and ``y_range``, if any, are used.
        at: The ticks of the abscissa; by default they are chosen from its range.
        floor: The level of rounding, which is shaded if the panel reaches down to it.
    """
    for key in ("x_scale", "y_scale", "x_range", "y_range"):
        value = getattr(kind, key, None)
        if value is not None:
            name, what = key.split("_")
            axes.set(**{f"{name}lim" if what == "range" else f"{name}scale": value})
    if floor and axes.get_ylim()[0] < 10 * floor:
        shade_floor(axes, floor)
    width, _ = panel_size(axes)
    set_ticks(axes, width)
    if at is not None:
        set_ticks_at(axes.xaxis, at, width)
    axes.spines[["top", "right"]].set_visible(False)


# Around the panels


def end_of(line: Line2D) -> EndLabel | None:
    """Return the label for the end of a line; nothing if it has no label or no point."""
    x, y = (np.asarray(values, dtype=float) for values in line.get_data())
    there = np.isfinite(x) & np.isfinite(y)
    if line.get_label().startswith("_") or not there.any():
        return None
    last = np.flatnonzero(there)[-1]
    return EndLabel(line.get_label(), x[last], y[last], line.get_color())


def add_legend(figure: FigureBase, *, without: Sequence[str] = ()) -> None:
    """Put one legend for all panels above them.

    Args:
        figure: A figure or a part of one.
        without: Labels that are shown elsewhere.
    """
    handles: dict[str, Any] = {}
    for axes in figure.axes:
        found, labels = axes.get_legend_handles_labels()
        handles |= dict(zip(labels, found, strict=True))
    handles = {label: handle for label, handle in handles.items() if label not in without}
    lines = figure.axes[0].lines
    if any(line.get_markerfacecolor() == "white" and len(line.get_xdata()) for line in lines):
        marker = {"color": "0.3", "marker": "o", "linestyle": "", **OPEN}
        handles["open: some runs diverged"] = Line2D([], [], **marker)
    if not handles:
        return
    lengths = [_length(label) for label in handles]
    inches = figure.bbox.width / figure.get_figure(root=True).dpi
    columns = next(
        columns
        for columns in range(len(lengths), 0, -1)
        if columns == 1 or _legend_width(lengths, columns) < inches
    )
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=columns)


def _legend_width(lengths: Sequence[int], columns: int) -> float:
    """Return the approximate width of a legend in inches; it is filled column by column."""
    parts = np.array_split(lengths, columns)
    return sum(0.42 + 0.054 * max(part) for part in parts)


def _length(label: str) -> int:
    """Return the approximate width of a label in letters; a command of TeX counts as one."""
    mathematics = re.sub(r"\\[a-zA-Z]+", "M", label)
    return max(len(re.sub(r"[${}_^\\]", "", line)) for line in mathematics.split("\n"))


def add_letters(panels: Sequence[Axes]) -> None:
    """Label several panels a, b, ... above their upper left corners."""
    if len(panels) > 1:
        for axes, letter in zip(panels, "abcdefghijklmnopqrstuvwxyz", strict=False):
            axes.set_title(letter, loc="left", fontweight="bold")
