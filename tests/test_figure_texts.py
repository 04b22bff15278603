"""Every figure of the study can be read: words, and no label over another."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from flatminima.plotting.labels import overlaps, texts
from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH, SIZE, SMALL
from flatminima.summaries.cells import fit_regression
from tests.default import STUDY
from tests.flatminima.cases import measured as measure

PROJECT = Path(__file__).parents[1]
SUMMARIES = PROJECT / "tests" / "reference" / "summaries"
FOLDERS = {"summary": "", "trajectories": "trajectories", "theory": "theory"}
IDENTIFIER = re.compile(r"\w_\w")
MATHEMATICS = re.compile(r"\$[^$]*\$")


def kept(table: str, name: str) -> Path:
    """Return where the reference keeps a table, if it does."""
    measured = table == "measurement" and name in STUDY.measurements
    return SUMMARIES / ("measurements" if measured else FOLDERS.get(table, "")) / f"{name}.csv"


def is_there(table: str, name: str) -> bool:
    """Return whether a table is kept, or quickly measured because it needs nothing else."""
    measurement = STUDY.measurements.get(name) if table == "measurement" else None
    alone = measurement and not (
        measurement.referred("datasets") or measurement.referred("experiments")
    )
    return bool(table in ("runs", "paths") or alone or kept(table, name).exists())


DRAWN = [
    name
    for name, kind in STUDY.figures.items()
    if all(is_there(*table) for table in kind.tables().values())
]


def test_every_figure_has_its_tables_in_the_reference():
    """To keep those of a new figure see tests/reference/README.md; until then it is not drawn."""
    assert list(STUDY.figures) == DRAWN


def tables_of(kind: Any) -> dict[str, pd.DataFrame]:
    """Return what a figure is drawn from: the summaries of the reference, runs like its own."""
    tables = {}
    for role, (table, name) in kind.tables().items():
        if table == "runs":
            generator = np.random.default_rng(0)
            x = generator.lognormal(4, 1, size=300)
            rows = {kind.x: x, kind.y: x**0.5 * generator.lognormal(size=300)}
            scales = np.repeat(STUDY.experiments[name].init_scales[:6], 50)
            tables[role] = pd.DataFrame(rows).assign(learning_rate=0.001, init_scale=scales)
            continue
        if table == "paths":  # a run that is the mean of the runs
            means = pd.read_csv(kept("trajectories", name))
            cell = [*means.columns[: means.columns.get_loc("quantity")]]
            means = means.pivot(index=cell, columns="quantity", values="mean").reset_index()
            tables[role] = means.assign(repetition=0)
            continue
        path = kept(table, name)
        # a large table that takes a second is not kept
        tables[role] = pd.read_csv(path) if path.exists() else measure(STUDY.measurements[name], {})
    return tables


def drawn(name: str) -> Figure:
    kind = STUDY.figures[name]
    words = STUDY.words_of(kind)
    tables = tables_of(kind)
    if asked := kind.regression():
        tables["numbers"] = fit_regression(tables["runs"], asked["x"], asked["y"], asked["groups"])
    return kind.draw(tables, words)


def test_identifiers_are_found():
    assert IDENTIFIER.search("one_layer_zero")
    assert not IDENTIFIER.search(MATHEMATICS.sub("", r"critical rate $2/S_{\min}$"))


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_can_be_read(name):
    """It is written in words, and no label covers another one or lies beside the page.

    Type and width are those of a journal.
    """
    figure = drawn(name)
    labels = texts(figure)
    words = [MATHEMATICS.sub("", text.get_text()) for text in labels]
    assert len(words) > 3
    assert [word for word in words if IDENTIFIER.search(word)] == []
    assert overlaps(labels) == []
    page = figure.bbox.padded(1)
    boxes = {text.get_text(): text.get_window_extent() for text in labels}
    assert [
        text
        for text, box in boxes.items()
        if not (page.x0 <= box.x0 <= box.x1 <= page.x1 and page.y0 <= box.y0 <= box.y1 <= page.y1)
    ] == []
    sizes = {text.get_fontsize() for text in figure.findobj(Text) if text.get_text()}
    assert sizes <= {SIZE, SMALL}
    assert figure.get_size_inches()[0] in (COLUMN_WIDTH, PAGE_WIDTH)


def test_every_figure_says_its_finding():
    assert [name for name, kind in STUDY.figures.items() if not kind.title] == []


def test_a_figure_by_itself_stays_a_figure_when_it_is_a_part_of_another():
    """The numbers of the paper are targets; the default study draws what they are parts of."""
    parts = {id(piece) for kind in STUDY.figures.values() for piece in kind.pieces()}
    assert parts <= {id(kind) for kind in STUDY.figures.values()}
    assert [name for name in STUDY.main_figures if id(STUDY.figures[name]) in parts] == []


def test_a_sharpness_that_oscillates_is_recorded_in_both_of_its_phases():
    """Gradient descent at the edge of stability has period two, which an even interval hides."""
    recorded = {name: STUDY.experiments[name].record_every for name in STUDY.recorded}
    assert {name: every for name, every in recorded.items() if every % 2 == 0} == {}


def test_what_only_figures_of_the_supplement_need_is_not_made_by_default():
    left = {*STUDY.summaries} - {*STUDY.main_summaries}
    assert left == {
        f"measurements/{name}" for name in ("flow_path", "shallow_path", "support_gram")
    }
