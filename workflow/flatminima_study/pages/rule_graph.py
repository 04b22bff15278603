"""The graph of rules as a picture, without Graphviz."""

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

from matplotlib.figure import Figure

__all__ = ["draw_rule_graph", "parse_rule_graph"]


def parse_rule_graph(dot: str) -> dict[str, set[str]]:
    """Read what `snakemake --rulegraph dot` prints.

    Returns:
        For each rule the rules whose output it needs.
    """
    names = dict(re.findall(r'(\d+)\[label = "([^"\\]+)', dot))
    needs = {name: set() for name in names.values()}
    for source, target in re.findall(r"(\d+) -> (\d+)", dot):
        needs[names[target]].add(names[source])
    return needs


def draw_rule_graph(needs: Mapping[str, set[str]]) -> Figure:
    """Draw each rule below all that it needs.

    Args:
        needs: From `parse_rule_graph`.
    """
    level: dict[str, int] = {}
    for name in TopologicalSorter(needs).static_order():
        level[name] = 1 + max((level[need] for need in needs[name]), default=-1)
    rows = [sorted(n for n in level if level[n] == row) for row in range(max(level.values()) + 1)]
    places = {
        name: ((position + 0.5) / len(names), -row)
        for row, names in enumerate(rows)
        for position, name in enumerate(names)
    }
    figure = Figure(figsize=(6, 0.7 * len(rows) + 0.4))
    axes = figure.subplots()
    for name, sources in needs.items():
        for source in sources:
            axes.annotate(
                "",
                xy=places[name],
                xytext=places[source],
                arrowprops={"arrowstyle": "-|>", "color": "0.6", "shrinkA": 11, "shrinkB": 11},
            )
    for name, (x, y) in places.items():
        box = {"boxstyle": "round,pad=0.5", "facecolor": "#e8f0f7", "edgecolor": "#33658a"}
        axes.text(x, y, name, ha="center", va="center", fontsize=8, bbox=box)
    axes.set(xlim=(-0.05, 1.05), ylim=(-len(rows) + 0.5, 0.5))
    axes.axis("off")
    return figure
