"""The style of all figures: type, widths, colours, and the names of values.

A colour has the same meaning in every figure.  Learning rates and depths each have their own scale
of colours, which depends on the value alone and becomes brighter with it.  So neighbours differ in
grey and without colour vision.  Markers distinguish neighbouring lines as well.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib as mpl
import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

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

THEME = "seaborn-v0_8-ticks"
"""Seaborn's style, from Matplotlib: importing seaborn takes as long as drawing a figure."""

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
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.07,
}

MARKERS = "os^Dv<P>X*"

INTERVALS = {"mean": ("low", "high"), "median": ("q25", "q75")}
"""The ends of the interval of each statistic."""

# A function of the logarithm of a learning rate. From each rate of the paper to the next the
# lightness L* of CIE Lab grows by about 14. A linear scale would give 0.07, 0.1 and 0.2 nearly the
# same colour.
RATES = {
    1e-3: "#17152b",
    5e-3: "#1f3080",
    1e-2: "#6a3a9e",
    2e-2: "#a83a90",
    7e-2: "#e0513a",
    1e-1: "#f39a2b",
    2e-1: "#ecd04f",
}
CATEGORIES = ("#0072b2", "#e69f00", "#009e73", "#000000", "#cc79a7", "#56b4e9", "#d55e00")
"""The colours of values without an order, after Okabe and Ito."""


def style():
    """Return the context for drawing and saving, independent of the user's settings."""
    defaults = dict(mpl.rcParamsDefault)
    defaults.pop("backend")
    return mpl.rc_context({**defaults, **matplotlib.style.library[THEME], **STYLE})


def values_of(table: pd.DataFrame, axis: str) -> list:
    """Return the distinct values of a column, in order."""
    return sorted(table[axis].dropna().unique())


def colours_of(axis: str, values: Iterable[Any]) -> dict[Any, Any]:
    """Return a colour for each value of an axis.

    Args:
        axis: The axis; the colour of a learning rate, depth or width depends on its value alone.
        values: All values that colours distinguish, in order.
    """
    values = list(values)
    if axis == "learning_rate":
        return {value: _rate_colour(value) for value in values}
    if axis in ("depth", "width"):
        return {value: _on_scale("viridis", (np.log2(value) - 1) / 5.5) for value in values}
    if axis == "init_scale":
        last = max(1, len(values) - 1)
        return {value: _on_scale("viridis", place / last) for place, value in enumerate(values)}
    return {value: CATEGORIES[place % len(CATEGORIES)] for place, value in enumerate(values)}


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


def _rate_colour(rate: float) -> Any:
    places = np.log10(list(RATES))
    scale = LinearSegmentedColormap.from_list(
        "rates", list(zip((places - places[0]) / np.ptp(places), RATES.values(), strict=True)), 1024
    )
    return scale(np.clip((np.log10(rate) - places[0]) / np.ptp(places), 0, 1))


def _on_scale(palette: str, share: float) -> Any:
    # the brightest end of a palette is illegible on white
    return mpl.colormaps[palette](0.88 * np.clip(share, 0, 1))
