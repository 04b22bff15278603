"""Networks as nodes and signed edges, a panel a network."""

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
    check_column,
)

__all__ = ["NetworkDrawing"]

EDGES = ("layer", "source", "target", "weight", "width_before", "width")
"""What the table says of each edge: the layer that it leads to, from 1; the nodes that it joins,
from 1, where a source of 0 is a bias; its weight; and how many nodes there are at its two ends."""


@dataclass(frozen=True)
class NetworkDrawing(FigureKind):
    """Draws the edges of networks, from the inputs on the left to the outputs on the right.

    Positive and negative weights have two colours, larger ones wider lines; nodes with a bias are
    filled.
    """

    measurement: Annotated[str, Reference("measurements")]
    """The name of the measurement that is drawn, with a row for each edge."""
    panels: ColumnName
    """The column whose values have a panel each."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return what it is drawn from, by role."""
        return {"table": ("measurement", self.measurement)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.panels]

    def check(self, view: MeasurementView) -> None:
        """Refuse a table that is not one of edges."""
        check_column("panels", self.panels, view.columns)
        for name in EDGES:
            check_column("measurement", name, view.columns)

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return how wide and how high it is, in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH

        del tables
        return PAGE_WIDTH, 0.95 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw its panels, and what stands around them."""
        from matplotlib.lines import Line2D

        from flatminima.plotting.drawing import add_letters
        from flatminima.plotting.style import CATEGORIES, label_of

        groups = list(tables["table"].groupby(self.panels, sort=False))
        panels = figure.subplots(1, len(groups), squeeze=False)[0]
        colours = {"positive weight": CATEGORIES[0], "negative weight": CATEGORIES[5]}
        for axes, (value, edges) in zip(panels, groups, strict=True):
            _paint_network(axes, edges, list(colours.values()))
            axes.set_title(label_of(words, self.panels, value))
        add_letters(panels)
        lines = [Line2D([], [], color=colour) for colour in colours.values()]
        lines.append(Line2D([], [], color="black", marker="o", linestyle=""))
        figure.legend(
            lines, [*colours, "node with a bias"], loc="outside upper center", ncols=len(lines)
        )

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Return in a few words what is drawn."""
        return "the nodes and edges of a network"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Return in a sentence, without its point, what is drawn and how."""
        return (
            f"{self.headline(words)}, inputs on the left; a panel for each "
            f"{words[self.panels]['words']}"
        )


def _paint_network(axes: Any, edges: Any, colours: list) -> None:
    """Draw one network; all layers are as high, so that the parts of a tree stand in line."""
    import numpy as np
    from matplotlib.collections import LineCollection

    before = edges.groupby("layer")["width_before"].first()
    widths = [int(before.iloc[0]), *edges.groupby("layer")["width"].first()]
    heights = [1 - (np.arange(width) + 0.5) / width for width in widths]
    inner = edges[edges["source"] > 0]
    starts = [
        (layer - 1, heights[layer - 1][node - 1])
        for layer, node in zip(inner["layer"], inner["source"], strict=True)
    ]
    ends = [
        (layer, heights[layer][node - 1])
        for layer, node in zip(inner["layer"], inner["target"], strict=True)
    ]
    thickness = 0.5 + 0.9 * np.log2(1 + np.abs(inner["weight"].to_numpy()))
    axes.add_collection(
        LineCollection(
            list(zip(starts, ends, strict=True)),
            colors=np.where(inner["weight"] > 0, *colours),
            linewidths=thickness,
            zorder=1,
        )
    )
    biased = {
        (layer, target)
        for layer, target, source in zip(
            edges["layer"], edges["target"], edges["source"], strict=True
        )
        if source == 0
    }
    for layer, places in enumerate(heights):
        filled = ["black" if (layer, k + 1) in biased else "white" for k in range(len(places))]
        axes.scatter(
            np.full(len(places), layer), places, s=16, c=filled, edgecolors="black",
            linewidths=0.8, zorder=2,
        )  # fmt: skip
    axes.autoscale_view()
    layers = range(1, len(widths) - 1)
    axes.set_xticks(range(len(widths)), ["inputs", *map(str, layers), "output"])
    axes.set_xlabel("hidden layer")
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
