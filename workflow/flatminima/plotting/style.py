"""The style of all figures: type, widths, colours, and the names of values.

Values with an order, such as depths, have colours that become brighter with them, spread over the
values that are there.  So neighbours differ in grey and without colour vision.  Learning rates have
a scale of their own.  Markers distinguish neighbouring lines as well.  No colour has a contrast
below 3:1 on white, which is what WCAG asks of the parts of a picture.
"""

from collections.abc import Iterable, Mapping
from numbers import Number
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns

__all__ = [
    "COLUMN_WIDTH",
    "INTERVALS",
    "MARKERS",
    "PAGE_WIDTH",
    "SIZE",
    "SMALL",
    "colours_of",
    "label_of",
    "name_of",
    "style",
    "values_of",
]

Words = Mapping[str, Mapping[str, Any]]

COLUMN_WIDTH, PAGE_WIDTH = 3.4, 7.0
"""The widths of one column of a journal and of its page, in inches."""

SIZE, SMALL = 8, 7
"""The sizes of the labels of axes and of all other text, in points."""

STYLE = {
    "font.sans-serif": ["DejaVu Sans"],  # every Matplotlib has this font
    "font.size": SIZE,
    "axes.labelsize": SIZE,
    "axes.titlesize": SIZE,
    "figure.labelsize": SIZE,
    "figure.titlesize": SIZE,
    "legend.fontsize": SMALL,
    "legend.title_fontsize": SMALL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.minor.size": 1.8,
    "ytick.minor.size": 1.8,
    "xtick.major.width": 1.0,
    "ytick.major.width": 1.0,
    "xtick.minor.width": 0.8,
    "ytick.minor.width": 0.8,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "axes.linewidth": 0.6,
    "patch.linewidth": 0.8,
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "legend.frameon": False,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.4,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "flatminima",
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.07,
}

MARKERS = "os^Dv<P>X*"

INTERVALS = {
    "mean": ("mean", "low", "high"),
    "median": ("median", "q25", "q75"),
    "quantiles": ("median", "q05", "q95"),
}
"""The columns of each statistic: its middle, and the ends of its interval."""

SCALES = {"learning_rate": ("rocket", 0.05, 0.69), "relative_rate": ("rocket", 0.05, 0.69)}
"""The palette of each axis of numbers, and the part of it that is used."""

OTHER_SCALE = ("mako", 0.1, 0.64)

CATEGORIES = ("#0173b2", "#b8850a", "#029e73", "#000000", "#cc78bc", "#d55e00", "#006374")
"""The colours of values without an order: of seaborn's palettes "colorblind" and "dark"."""


def style():
    """Return the context for drawing and saving, independent of the user's settings."""
    defaults = dict(mpl.rcParamsDefault)
    defaults.pop("backend")
    return mpl.rc_context({**defaults, **sns.axes_style("ticks"), **STYLE})


def values_of(table: pd.DataFrame, axis: str) -> list:
    """Return the distinct values of a column, in order."""
    return sorted(table[axis].dropna().unique())


def colours_of(axis: str, values: Iterable[Any]) -> dict[Any, Any]:
    """Return a colour for each value of an axis.

    Args:
        axis: The axis.
        values: All values that colours distinguish, in order.
    """
    values = list(values)
    if not all(isinstance(value, Number) for value in values):
        return {value: CATEGORIES[place % len(CATEGORIES)] for place, value in enumerate(values)}
    palette, first, last = SCALES.get(axis, OTHER_SCALE)
    scale = sns.color_palette(palette, as_cmap=True)
    shares = np.linspace(first, last, len(values))
    return {value: scale(share) for value, share in zip(values, shares, strict=True)}


def label_of(words: Words, axis: str, value: Any) -> str:
    """Return what a legend calls a value of an axis."""
    if isinstance(value, str):
        text = words[axis]["values"].get(value, value.replace("_", " "))
    else:
        text = f"{value:g}"
    symbol = words[axis]["symbol"]
    return f"{symbol} = {text}" if symbol else text


def name_of(words: Words, column: str) -> str:
    """Return what a legend calls a column, since a symbol alone would not explain it."""
    label = words[column]["label"]
    return f"{words[column]['words']}, {label}" if label.startswith("$") else label
