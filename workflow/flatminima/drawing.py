"""The style of all figures, and what their kinds draw with.

A colour means the same in every figure: learning rates and depths have each a palette of
their own, computed from the value alone, that grows darker to brighter and can be told apart
without colour vision; markers tell neighbouring lines apart in print.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from matplotlib.markers import CARETLEFT, CARETRIGHT

from flatminima.theory.references import REFERENCES

__all__ = [
    "COLUMN_WIDTH",
    "INTERVALS",
    "MARKERS",
    "colour_of",
    "draw_beside",
    "draw_brackets",
    "draw_line",
    "draw_references",
    "finish",
    "label_of",
    "save_figure",
    "style",
    "values_of",
]

Words = Mapping[str, Mapping[str, str]]

COLUMN_WIDTH = 3.4
"""Inches; the width of one column of a paper."""

STYLE = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "legend.fontsize": 6.5,
    "legend.title_fontsize": 7,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "axes.linewidth": 0.6,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "figure.constrained_layout.use": True,
}

MARKERS = "osD^vPX*<>"

INTERVALS = {"mean": ("low", "high"), "median": ("q25", "q75")}
"""The ends of the interval of each statistic."""


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PDF or PNG by the path's ending, with the same bytes at every build."""
    ending = Path(path).suffix
    metadata = {".pdf": {"CreationDate": None}, ".png": {"Software": None}}[ending]
    drawn = BytesIO()  # Matplotlib's PDF writer hides why a file cannot be written
    with style():
        figure.savefig(drawn, format=ending[1:], metadata=metadata)
    Path(path).write_bytes(drawn.getvalue())


def style():
    """Return the context in which everything is drawn and saved."""
    with mpl.rc_context():
        sns.set_theme(context="paper", style="ticks")
        theme = dict(mpl.rcParams)
    theme.pop("backend", None)
    return mpl.rc_context({**theme, **STYLE})


def draw_beside(
    parts: Sequence[Callable[[FigureBase], None]], width: float, height: float
) -> Figure:
    """Draw several parts side by side, each by a function that is given its place.

    Args:
        parts: Each draws into a figure or a part of one.
        width: Of a part, in inches.
        height: Likewise.
    """
    with style():
        figure = Figure(figsize=(len(parts) * width, height))
        places = figure.subfigures(1, len(parts), squeeze=False)[0] if len(parts) > 1 else [figure]
        for place, draw in zip(places, parts, strict=True):
            draw(place)
    return figure


def values_of(table: pd.DataFrame, axis: str) -> list:
    """Return the different values of a column, in their order."""
    return sorted(table[axis].dropna().unique())


def colour_of(axis: str, value: Any, position: int) -> Any:
    """Return the colour of a value, whatever other values a figure holds."""
    if axis == "learning_rate":
        return _on_scale("viridis", np.log10(value), -3.0, -0.5)
    if axis in ("depth", "width"):
        return _on_scale("plasma", np.log2(value), 1.0, 7.0)
    return sns.color_palette("colorblind")[position % 10]


def _on_scale(palette: str, value: float, low: float, high: float) -> Any:
    # the brightest end of a palette cannot be read on white
    return mpl.colormaps[palette](0.9 * np.clip((value - low) / (high - low), 0, 1))


def label_of(words: Words, axis: str, value: Any) -> str:
    """Return what a legend calls a value of an axis."""
    text = value if isinstance(value, str) else f"{value:g}"
    symbol = words[axis]["symbol"]
    return f"{symbol} = {text}" if symbol else text


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
) -> None:
    """Draw one line with its interval; cells without a run that counts leave a gap.

    Args:
        axes: Where.
        table: Rows of a summary.
        x: The column of the abscissa.
        statistic: ``mean`` or ``median``.
        colour: Of the line.
        marker: Of its points; nothing draws none.
        label: In the legend.
        dashed: Whether the line is dashed.
        of_survivors: Whether it is of the runs that did not diverge: open markers show where
            some did.
    """
    table = table.sort_values(x)
    low, high = INTERVALS[statistic]
    sns.lineplot(
        data=table,
        x=x,
        y=statistic,
        ax=axes,
        color=colour,
        marker=marker,
        linestyle=(0, (4, 2)) if dashed else "-",
        markeredgecolor=colour,
        markeredgewidth=0.8,
        errorbar=None,
        label=label,
        legend=False,
    )
    axes.fill_between(table[x], table[low], table[high], color=colour, alpha=0.2, linewidth=0)
    if of_survivors:
        thinned = table[(table["diverged"] > 0) & (table["count"] > 0)]
        axes.plot(
            *(thinned[x], thinned[statistic]),
            color=colour,
            marker=marker,
            linestyle="",
            markerfacecolor="white",
            markeredgewidth=0.8,
        )


def draw_references(
    axes: Axes,
    theory: pd.DataFrame,
    references: Sequence[str],
    x: str,
    lines: str,
    colours: Mapping[Any, Any],
) -> None:
    """Draw lines of theory: in the colour of the line they belong to, else black."""
    styles = itertools.cycle([":", (0, (1, 1, 3, 1)), (0, (3, 2)), "-."])
    coloured_styles = itertools.cycle(["--", ":", "-."])
    for reference in references:
        rows = theory[theory["quantity"] == reference]
        own_colours = rows[lines].notna().all() if lines in rows else False
        dashes = next(coloured_styles if own_colours else styles)
        if x in ("depth", "learning_rate") and rows[x].notna().all():
            for value, group in rows.groupby(lines) if own_colours else [(None, rows)]:
                group = group.sort_values(x)
                colour = colours.get(value, "black")
                axes.plot(group[x], group["value"], color=colour, linestyle=dashes, linewidth=0.9)
        else:
            draw = (
                axes.axvline
                if REFERENCES[reference].bounds == x == "learning_rate"
                else axes.axhline
            )
            for row in rows.itertuples():
                colour = colours.get(getattr(row, lines), "black") if own_colours else "black"
                draw(row.value, color=colour, linestyle=dashes, linewidth=0.9)
        axes.plot(
            [],
            [],
            color="0.3" if own_colours else "black",
            linestyle=dashes,
            linewidth=0.9,
            label=REFERENCES[reference].column.label,
        )


def draw_brackets(axes: Axes, table: pd.DataFrame, colours: Mapping[int, Any]) -> None:
    """Draw the brackets of the critical rates of some depths, between the tips of two arrows.

    A bracket can be narrower than any line.

    Args:
        axes: Where; the abscissa is the learning rate.
        table: With a ``depth``, and the ends ``all_converge`` and ``none_converges``.
        colours: Of each depth that is drawn.
    """
    place = {"transform": axes.get_xaxis_transform(), "linestyle": "", "markersize": 5}
    for depth, colour in colours.items():
        rows = table[table["depth"] == depth]
        for end, marker in (("all_converge", CARETRIGHT), ("none_converges", CARETLEFT)):
            axes.plot(rows[end], [0.3] * len(rows), marker=marker, color=colour, **place)
    marker = {"color": "0.3", "marker": CARETRIGHT, "linestyle": ""}
    axes.plot([], [], **marker, label="critical rate as measured")


def finish(figure: FigureBase, kind: Any) -> None:
    """Set scales and ranges, and put one legend for all panels above them.

    Args:
        figure: A figure or a part of one.
        kind: The kind of figure: its ``title``, and where it has them ``x_scale``, ``y_scale``,
            ``x_range`` and ``y_range``.
    """
    handles: dict[str, Line2D] = {}
    for axes in figure.axes:
        for key in ("x_scale", "y_scale", "x_range", "y_range"):
            value = getattr(kind, key, None)
            if value is not None:
                name, what = key.split("_")
                axes.set(**{f"{name}lim" if what == "range" else f"{name}scale": value})
        sns.despine(ax=axes)
        found, labels = axes.get_legend_handles_labels()
        handles |= dict(zip(labels, found, strict=True))
    lines = figure.axes[0].lines
    if any(line.get_markerfacecolor() == "white" and len(line.get_xdata()) for line in lines):
        marker = {"color": "0.3", "marker": "o", "linestyle": "", "markerfacecolor": "white"}
        label = "open: some runs diverged"
        handles[label] = Line2D([], [], **marker, markeredgewidth=0.8, label=label)
    columns = 2 * min(2, len(figure.axes))
    figure.legend(handles=list(handles.values()), loc="outside upper center", ncols=columns)
    if kind.title is not None:
        figure.suptitle(kind.title, fontsize=STYLE["axes.titlesize"])
