"""Labels next to the lines that they name, and checks that no text covers other text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from flatminima.plotting.style import SMALL

__all__ = ["EndLabel", "label_above", "label_ends", "overlaps", "panel_size", "spread", "texts"]


@dataclass(frozen=True)
class EndLabel:
    """A label at the right end of a line.

    Attributes:
        text: The label.
        x: Where the line ends, in the unit of the axes; None if it crosses the whole panel.
        y: The height at which it ends.
        colour: The colour of line and label.
    """

    text: str
    x: float | None
    y: float
    colour: Any


FARTHEST = 0.3
"""The largest distance, in inches, of a label from the end of its line."""


def panel_size(axes: Axes) -> tuple[float, float]:
    """Return the approximate width and height of a panel in inches, before it is laid out."""
    place, root = axes.get_figure(root=False), axes.get_figure(root=True)
    rows, columns = axes.get_subplotspec().get_gridspec().get_geometry()
    width, height = place.bbox.width / root.dpi, place.bbox.height / root.dpi
    return 0.75 * width / columns, 0.75 * height / rows


def label_ends(axes: Axes, labels: Sequence[EndLabel]) -> bool:
    """Write labels to the right of a panel, at the heights where their lines end.

    Args:
        axes: The panel; its scales and ranges are set.
        labels: The labels of its lines.

    Returns:
        Whether there was room; otherwise nothing is written.
    """
    inches = panel_size(axes)[1]
    to_axes = axes.transData + axes.transAxes.inverted()
    ends = [_place(to_axes, label) for label in labels]
    natural = np.array([min(max(y, 0.0), 1.0) for _, y in ends])
    heights = spread(natural, 1.25 * SMALL / 72 / inches, most=1.0)
    if len(labels) and np.abs(heights - natural).max() * inches > FARTHEST:
        return False
    for label, (x, y), height in zip(labels, ends, heights, strict=True):
        at = {"transform": axes.transAxes, "clip_on": False}
        leader = Line2D([min(x, 1.0) + 0.01, 1.04], [y, height], color=label.colour, **at)
        leader.set(linewidth=0.5, alpha=0.7)
        axes.add_artist(leader)
        written = {"fontsize": SMALL, "va": "center", "color": _readable(label.colour)}
        axes.text(1.05, height, label.text, **written, **at)
    return True


def label_above(axes: Axes, labels: Sequence[EndLabel]) -> bool:
    """Write labels above a panel, each over its x.

    Returns:
        Whether there was room; otherwise nothing is written.
    """
    inches = panel_size(axes)[0]
    to_axes = axes.transData + axes.transAxes.inverted()
    natural = np.array([to_axes.transform((label.x, 1.0))[0] for label in labels])
    places = spread(natural, 0.055 * max(len(label.text) for label in labels) / inches)
    if np.abs(places - natural).max() * inches > FARTHEST / 3:
        return False
    text = {"transform": axes.transAxes, "ha": "center", "va": "bottom", "fontsize": SMALL}
    for label, place in zip(labels, places, strict=True):
        axes.text(place, 1.01, label.text, color=_readable(label.colour), **text)
    return True


def spread(places: np.ndarray, distance: float, most: float = np.inf) -> np.ndarray:
    """Return positions that are at least a distance apart, in the same order, as near as possible.

    They minimise the sum of the squared displacements.  Positions that are too close to each other
    form a block around their mean.  With a bound `most` they lie from 0 to it, if there is room.

    >>> spread(np.array([0.5, 0.0, 0.5]), 0.2).tolist()
    [0.4, 0.0, 0.6]
    >>> spread(np.array([0.9, 0.9, 0.9]), 0.2, most=1.0).tolist()
    [0.6, 0.8, 1.0]
    """
    order, number = np.argsort(places, kind="stable"), len(places)
    ranks = distance * np.arange(number)
    # After subtracting the distance times the rank, positions must not decrease.  The nearest such
    # positions are means of neighbours: a maximum over all starts of a minimum over all ends.
    # (This is scipy.optimize.isotonic_regression, whose import takes longer than a small figure.)
    rising = places[order] - ranks
    flat = [
        max(min(rising[j:k].mean() for k in range(i + 1, number + 1)) for j in range(i + 1))
        for i in range(number)
    ]
    moved = np.empty(number)
    # clipping such positions gives the nearest ones within bounds
    if number and distance * (number - 1) <= most < np.inf:
        flat = np.clip(flat, 0, most - ranks[-1])
    moved[order] = flat + ranks
    return moved.round(12)


def texts(figure: Figure) -> list[Text]:
    """Return the visible texts of a figure that is laid out."""
    figure.draw_without_rendering()
    hidden = _ticks_out_of_range(figure)
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def overlaps(labels: Sequence[Text]) -> list[tuple[str, str]]:
    """Return the pairs of texts (see `texts`) that cover each other."""
    boxes = [(text.get_text(), text.get_window_extent().padded(-0.5)) for text in labels]
    return [
        (one, other) for (one, box), (other, place) in combinations(boxes, 2) if box.overlaps(place)
    ]


def _place(to_axes: Any, label: EndLabel) -> tuple[float, float]:
    """Return where a line ends, as shares of the panel."""
    if label.x is None:
        # any position on the abscissa will do; a logarithmic axis has no fixed one
        return 1.0, float(to_axes.transform((1.0, label.y))[1])
    x, y = to_axes.transform((label.x, label.y))
    return float(x), float(y)


def _ticks_out_of_range(figure: Figure) -> set[Text]:
    """Return the labels of ticks that Matplotlib keeps but does not draw."""
    hidden = set()
    for axis in (axis for axes in figure.get_axes() for axis in (axes.xaxis, axes.yaxis)):
        low, high = np.sort(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low <= tick.get_loc() <= high:
                hidden |= {tick.label1, tick.label2}
    return hidden


def _readable(colour: Any) -> Any:
    """Return a colour, darkened if text in it could not be read on white."""
    red, green, blue = to_rgb(colour)
    brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    if brightness <= 0.5:
        return colour
    return tuple(0.5 / brightness * part for part in (red, green, blue))
