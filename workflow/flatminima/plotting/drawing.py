"""Drawing of figures: pages, lines, points, bars, lines of the theory, legends."""

import itertools
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.markers import CARETLEFT, CARETRIGHT

from flatminima.plotting.labels import EndLabel, panel_size
from flatminima.plotting.references import THEORY_LINES
from flatminima.plotting.style import INTERVALS, SMALL, style
from flatminima.plotting.ticks import set_ticks, set_ticks_at

__all__ = [
    "FEWEST",
    "MOST_PLACES",
    "add_legend",
    "add_letters",
    "add_title",
    "clipped",
    "draw_beside",
    "draw_brackets",
    "draw_line",
    "draw_order",
    "draw_points",
    "draw_probabilities",
    "draw_references",
    "draw_runs",
    "end_of",
    "save_figure",
    "set_axes",
    "shade_floor",
    "shifted",
    "title_height",
]

MOST_PLACES = 40
"""More distinct positions than this are no grid, at which runs would be summarised."""

FEWEST = 4
"""Fewer runs than this have no quantiles; each of them is drawn."""

FEWEST_SURVIVORS = 5
"""A cell in which some runs diverged is drawn if at least this many did not."""

LETTER, NARROW_LETTER = 0.075, 0.065
"""The mean width of a bold letter and of another one, in inches."""

OPEN = {"markerfacecolor": "white", "markeredgewidth": 0.8}
"""The marker of a cell in which some runs diverged."""


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PDF, PNG or SVG, by the path's ending; every build has the same bytes."""
    ending = Path(path).suffix
    metadata = {
        ".pdf": {"CreationDate": None},
        ".png": {"Software": None},
        ".svg": {"Date": None},
    }[ending]
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
    shift: float | None = None,
    of_survivors: bool = False,
    floor: float = 0.0,
) -> None:
    """Draw one line with its interval; cells without a counted run leave a gap.

    Args:
        axes: Where.
        table: Rows of a summary.
        x: The column of the abscissa.
        statistic: One of `style.INTERVALS`.
        colour: The colour of the line.
        marker: The marker of its points; empty for none.
        label: Its label in the legend.
        dashed: Whether the line is dashed.
        shift: Instead of a band the interval is bars, with their points shifted to the right by
            this share of the range, so that those of several lines are seen.
        of_survivors: Whether only runs that did not diverge count; open markers then show where
            some did diverge, and cells with fewer than `FEWEST_SURVIVORS` of them are left out.
        floor: Values below it are drawn at it.
    """
    table, columns = table.sort_values(x), INTERVALS[statistic]
    if of_survivors:
        few = (table["diverged"] > 0) & (table["count"] < FEWEST_SURVIVORS)
        table = table.assign(**{column: table[column].mask(few) for column in columns})
    middle, low, high = (clipped(table[column], floor) for column in columns)
    line = {"color": colour, "marker": marker, "markeredgecolor": colour, "markeredgewidth": 0.8}
    places = table[x] if shift is None else shifted(table[x], shift, axes.get_xscale())
    axes.plot(places, middle, **line, linestyle=(0, (4, 2)) if dashed else "-", label=label)
    if shift is None:
        axes.fill_between(places, low, high, color=colour, alpha=0.2, linewidth=0)
    else:
        axes.vlines(places, low, high, color=colour, linewidth=0.9)
    if of_survivors:
        thinned = (table["diverged"] > 0) & middle.notna()
        axes.plot(places[thinned], middle[thinned], **line | OPEN, linestyle="")


def draw_runs(
    axes: Axes, table: pd.DataFrame, x: str, y: str, label: str, colour: Any, floor: float = 0.0
) -> None:
    """Draw a thin line for each run.

    Args:
        axes: Where.
        table: Rows of runs, which differ in their ``repetition``.
        x: The column of the abscissa.
        y: The column of the ordinate.
        label: The label of all of them in the legend.
        colour: The colour of the lines.
        floor: Values below it are drawn at it.
    """
    for repetition, run in table.sort_values(x).groupby("repetition"):
        name = "_" * int(repetition > table["repetition"].min()) + label
        axes.plot(run[x], clipped(run[y], floor), color=colour, linewidth=0.8, label=name)


def draw_probabilities(
    axes: Axes, table: pd.DataFrame, x: str, colour: Any, marker: str, label: str
) -> None:
    """Draw probabilities as joined points with bars for their intervals.

    Args:
        axes: The panel.
        table: Rows of a summary.
        x: The column of the abscissa.
        colour: The colour of the points.
        marker: The marker of the points.
        label: Their label in the legend.
    """
    table = table.sort_values(x)
    bars = np.abs(table[["low", "high"]].to_numpy().T - table["mean"].to_numpy())
    axes.errorbar(
        *(table[x], table["mean"], bars),
        color=colour,
        marker=marker,
        label=label,
        linewidth=1.0,
        elinewidth=0.7,
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
    shift: float = 0.0,
    interval: tuple[str, str] | None = None,
    *,
    alone: bool = False,
    **marker: Any,
) -> None:
    """Draw each row; of `FEWEST` or more rows at an x the median with a bar from 5 to 95 %.

    Their markers are then faint.

    Args:
        axes: The panel; the scale of its abscissa is set.
        table: The rows.
        x: The column of the abscissa.
        y: The column of the ordinate.
        shift: A shift to the right, as a share of the range, by which groups stand side by side.
        interval: Two columns, the ends of a bar on each marker; None draws no bar.
        alone: Whether rows at one x are not summarised.
        marker: The ``color``, the ``marker`` and, if it is not the usual one, the ``markersize``.
    """
    if axes.get_xscale() == "log":
        table = table[table[x] > 0]
    table = table[table[y].notna()]
    counts = table.groupby(x).size()
    cloud = not alone and len(counts) <= MOST_PLACES and counts.median() >= FEWEST
    table = table.assign(**{x: shifted(table[x], shift, axes.get_xscale())})
    if interval is not None:
        ends = (table[x], table[interval[0]], table[interval[1]])
        axes.vlines(*ends, color=marker["color"], linewidth=1)
    size = {"markersize": 2.2, "alpha": 0.3} if cloud else {"markersize": 3.8, "alpha": 0.9}
    axes.plot(table[x], table[y], **size | marker, linestyle="", markeredgewidth=0, zorder=2)
    if cloud:
        sns.lineplot(
            table, x=x, y=y, ax=axes, estimator="median", errorbar=("pi", 90), err_style="bars",
            err_kws={"linewidth": 1}, linestyle="", markersize=4.2, markeredgewidth=0, legend=False,
            zorder=4, **marker,
        )  # fmt: skip


def draw_order(axes: Axes, table: pd.DataFrame, x: str, y: str, order: float) -> None:
    """Draw a guide y = c x^order through the median of the points with the smallest x.

    Args:
        axes: The panel, with two logarithmic axes.
        table: The rows.
        x: The column of the abscissa.
        y: The column of the ordinate.
        order: The slope of the guide.
    """
    table = table[(table[x] > 0) & (table[y] > 0)]
    ends = np.array([table[x].min(), table[x].max()])
    start = table.loc[table[x] == ends[0], y].median()
    line = {"color": "0.45", "linestyle": (0, (4, 2)), "linewidth": 0.8, "zorder": 1}
    axes.plot(ends, start * (ends / ends[0]) ** order, **line)


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
    width, height = panel_size(axes)
    # a label that is longer than its axis would reach beside the next panel
    axes.set_ylabel(_wrapped(axes.get_ylabel(), height / NARROW_LETTER))
    axes.set_xlabel(_wrapped(axes.get_xlabel(), 1.2 * width / NARROW_LETTER))
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


def _wrapped(label: str, letters: float) -> str:
    """Return a label on lines of at most so many letters, if its words allow it."""
    lines = [""]
    for word in re.findall(r"(?:\$[^$]*\$|\S)+", label):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer) > letters:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _length(label: str) -> int:
    """Return the approximate width of a label in letters; a command of TeX counts as one."""
    mathematics = re.sub(r"\\[a-zA-Z]+", "M", label)
    return max(len(re.sub(r"[${}_^\\]", "", line)) for line in mathematics.split("\n"))


def add_letters(panels: Sequence[Axes]) -> None:
    """Label several panels a, b, ... above their upper left corners."""
    if len(panels) > 1:
        for axes, letter in zip(panels, "abcdefghijklmnopqrstuvwxyz", strict=False):
            axes.set_title(letter, loc="left", fontweight="bold")


def add_title(figure: FigureBase, title: str) -> FigureBase:
    """Write the finding in bold above a figure, and return the part of the figure below it."""
    root = figure.get_figure(root=True)
    width, height = figure.bbox.width / root.dpi, figure.bbox.height / root.dpi
    above = title_height(title, width)
    top, below = figure.subfigures(2, 1, height_ratios=[above, height - above])
    lines = "\n".join(_title_lines(title, width))
    top.text(0.02, 0.96, lines, fontweight="bold", va="top")
    return below


def title_height(title: str | None, width: float) -> float:
    """Return the height of a finding above a figure of a width, in inches."""
    return 0 if title is None else 0.04 + 0.135 * len(_title_lines(title, width))


def _title_lines(title: str, width: float) -> list[str]:
    return textwrap.wrap(title, int(width / LETTER))
