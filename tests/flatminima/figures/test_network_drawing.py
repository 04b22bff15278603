import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from flatminima.core.columns import Column, Words, described
from flatminima.figures import MeasurementView
from flatminima.figures.network_drawing import NetworkDrawing
from tests.flatminima.figures.tables import assert_refused

COLUMNS = (
    Column("network", "str", words=Words(values={"modulus": "|x|"})),
    *(Column(name, "int64") for name in ("layer", "source", "target", "width_before", "width")),
    Column("weight"),
)
WORDS = described(COLUMNS)
VIEW = MeasurementView("m", COLUMNS)
FIGURE = NetworkDrawing("m", "network")

# layer, source, target, weight, width_before, width
EDGES = {
    "modulus": [
        (1, 1, 1, 1.0, 1, 2), (1, 1, 2, -1.0, 1, 2), (2, 1, 1, 1.0, 2, 1), (2, 2, 1, 1.0, 2, 1)
    ],
    "line": [(1, 0, 1, 3.0, 1, 1), (1, 1, 1, -4.0, 1, 1)],
}  # fmt: skip


def table():
    names = ["layer", "source", "target", "weight", "width_before", "width"]
    parts = [pd.DataFrame(rows, columns=names).assign(network=n) for n, rows in EDGES.items()]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def panels():
    figure = FIGURE.draw({"table": table()}, WORDS)
    return {axes.get_title(): axes for axes in figure.axes}


def part(axes, kind):
    return [item for item in axes.collections if isinstance(item, kind)]


def test_each_network_has_a_panel_with_an_edge_for_each_weight(panels):
    assert list(panels) == ["|x|", "line"]
    (edges,) = part(panels["|x|"], LineCollection)
    drawn = [segment.round(6).tolist() for segment in edges.get_segments()]
    assert drawn == [
        [[0, 0.5], [1, 0.75]], [[0, 0.5], [1, 0.25]], [[1, 0.75], [2, 0.5]], [[1, 0.25], [2, 0.5]]
    ]  # fmt: skip


def test_signs_are_colours_and_sizes_are_widths(panels):
    (edges,) = part(panels["|x|"], LineCollection)
    colours = edges.get_colors()
    assert (colours[0] == colours[2]).all()
    assert (colours[0] != colours[1]).any()
    (thick,) = part(panels["line"], LineCollection)
    assert thick.get_linewidths()[0] > max(edges.get_linewidths())
    assert (thick.get_colors()[0] == colours[1]).all()


def test_a_bias_fills_its_node_and_is_no_edge(panels):
    (edges,) = part(panels["line"], LineCollection)
    assert len(edges.get_segments()) == 1
    nodes = part(panels["line"], PathCollection)
    fills = [np.round(layer.get_facecolors()[0, :3]).tolist() for layer in nodes]
    assert fills == [[1, 1, 1], [0, 0, 0]]


def test_layers_are_named(panels):
    found = [tick.get_text() for tick in panels["|x|"].get_xticklabels()]
    assert found == ["inputs", "1", "output"]


def test_a_table_without_edges_is_refused():
    FIGURE.check(VIEW)
    assert_refused(FIGURE.replaced(panels="networks"), VIEW, "panels", "did you mean network?")
    other = MeasurementView("m", [column for column in COLUMNS if column.name != "weight"])
    assert_refused(FIGURE, other, "measurement", "is 'weight'")


def test_it_names_its_table_and_what_it_shows():
    assert FIGURE.tables() == {"table": ("measurement", "m")}
    assert FIGURE.shown() == ["network"]
    assert FIGURE.describe(WORDS) == (
        "the nodes and edges of a network, inputs on the left; a panel for each network"
    )
