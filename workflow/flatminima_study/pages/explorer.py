"""The explorer: the tables of all experiments in one stand-alone page for a browser.

The page contains plotly.js, every row of the tables, and the words for their columns.  The script
among the templates decides, in the browser, what is drawn.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import matplotlib.colors
import pandas as pd
from plotly.offline import get_plotlyjs

from flatminima.plotting.references import THEORY_LINES
from flatminima.plotting.style import INTERVALS, colours_of
from flatminima_study.pages.templates import fill_template

__all__ = ["ExploredExperiment", "label_as_html", "render_explorer"]

MOMENTS = ("end", "start", "path", "probability")
"""The moments of quantities, in the order in which the page lists them."""

MOST_RUNS = 50_000
"""The largest number for an experiment: about 10 MB, which browsers open in a second or two."""

SYMBOLS = {
    r"\lambda": "λ",
    r"\Lambda": "Λ",
    r"\eta": "η",
    r"\nabla": "∇",
    r"\sum": "∑",
    r"\|": "‖",
    r"\max": "max",
    r"\min": "min",
    "-": " \N{MINUS SIGN} ",
    "*": "\N{ASTERISK OPERATOR}",
}


@dataclass(frozen=True)
class ExploredExperiment:
    """An experiment on the page.

    Attributes:
        name: Its name in the configuration.
        paper: The title of its paper.
        network: A description of its networks in words.
        axes: The columns in which its runs may differ; colours distinguish the values of the first
            one that varies.
        tables: Its ``runs``, ``summary`` and ``theory``, and ``trajectories`` if it has any.
        files: The path of each table.
    """

    name: str
    paper: str
    network: str
    axes: list[str]
    tables: dict[str, pd.DataFrame]
    files: Mapping[str, str]


def render_explorer(
    experiments: list[ExploredExperiment],
    columns: Mapping[str, Mapping[str, str]],
    ends: Mapping[str, str],
    derived: Sequence[str],
    templates: Mapping[str, str],
) -> str:
    """Return the text of the page.

    Args:
        experiments: The experiments, in the order of the page.
        columns: For each column its ``words``, ``label``, ``definition`` and ``moment``.
        derived: Columns of runs that are computed from those in the table of runs.
        ends: For each quantity during training, the column of runs with its final value.
        templates: The texts of the ``page``, its ``style`` and its ``script``.
    """
    parts = {
        "style": templates["style"],
        "script": templates["script"],
        "plotly": get_plotlyjs(),
        "data": _as_json(
            _page_data(experiments, columns) | {"ends": ends, "derived": list(derived)}
        ),
    }
    return fill_template(templates["page"], parts)


def label_as_html(label: str) -> str:
    r"""Return a label of a figure with its mathematics in HTML instead of TeX.

    >>> label_as_html(r"sharpness $S_{\min}$ of $w^*$")
    'sharpness S<sub>min</sub> of w<sup>∗</sup>'
    """
    parts = label.split("$")  # every second part is mathematics
    return "".join(_formula(part) if place % 2 else part for place, part in enumerate(parts))


def _formula(text: str) -> str:
    text = re.sub(r"\\mathrm\{(\w+)\}", r"{\1}", text.replace(" ", ""))
    for symbol, character in SYMBOLS.items():
        text = text.replace(symbol, character)
    text = re.sub(r"_(?:\{([^}]*)\}|(.))", r"<sub>\1\2</sub>", text.strip())
    return re.sub(r"\^(?:\{([^}]*)\}|(.))", r"<sup>\1\2</sup>", text)


def _page_data(
    experiments: list[ExploredExperiment], columns: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    words = {name: column["words"] for name, column in columns.items()}
    return {
        "words": words,
        "labels": {name: label_as_html(column["label"]) for name, column in columns.items()},
        "definitions": {
            name: column["definition"] for name, column in columns.items() if column["definition"]
        },
        "quantities": [
            name
            for moment in MOMENTS
            for name, column in columns.items()
            if column["moment"] == moment
        ],
        "survivors": [name for name, column in columns.items() if column["moment"] == "end"],
        "intervals": INTERVALS,
        "references": {
            name: {
                "label": label_as_html(line.label),
                "bounds": {"learning_rate": "rate"}.get(line.bounds, line.bounds),
                "first": line.shown_first,
            }
            for name, line in THEORY_LINES.items()
        },
        "experiments": [_experiment_data(experiment, words) for experiment in experiments],
    }


def _experiment_data(experiment: ExploredExperiment, words: Mapping[str, str]) -> dict[str, Any]:
    runs = experiment.tables["runs"]
    axes = {axis: _coloured_values(axis, runs[axis]) for axis in experiment.axes}
    same = [f"{words[axis]} {values[0][0]}" for axis, values in axes.items() if len(values) == 1]
    shown = _first_repetitions(runs)
    count = f"{len(runs)} runs"
    if len(shown) < len(runs):
        count += (
            f", of which this page holds the first {shown['repetition'].nunique()} of each cell"
        )
    network = experiment.network[0].upper() + experiment.network[1:]
    return {
        "name": experiment.name,
        "paper": experiment.paper,
        "description": f"{network}; {', '.join([*same, count])}.",
        "axes": axes,
        "tables": {
            name: {"file": _file_for_people(name, experiment.files[name]), **_compact(table)}
            for name, table in (experiment.tables | {"runs": shown}).items()
        },
    }


def _first_repetitions(runs: pd.DataFrame) -> pd.DataFrame:
    """Return as many repetitions of all cells as the page can hold; summaries are over all."""
    counts = runs["repetition"].value_counts().sort_index().cumsum()
    return runs[runs["repetition"].isin(counts.index[counts <= MOST_RUNS])]


def _file_for_people(table: str, path: str) -> str:
    """Return the CSV file next to a table; runs have none."""
    return path if table == "runs" else PurePosixPath(path).with_suffix(".csv").as_posix()


def _coloured_values(axis: str, column: pd.Series) -> list[tuple[Any, str]]:
    """Return the colour of each value of an axis, as in the figures."""
    values = sorted(column.unique().tolist())
    colours = colours_of(axis, values)
    return [(value, matplotlib.colors.to_hex(colour)) for value, colour in colours.items()]


def _compact(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table by columns; a column of equal values becomes that value."""
    columns = {}
    for name in table:
        values = [_plain(value) for value in table[name].tolist()]
        columns[name] = values[0] if values and len(set(values)) == 1 else values
    return {"rows": len(table), "columns": columns}


def _plain(value: Any) -> Any:
    """Return a value for JSON with all its digits; None if it is missing."""
    if pd.isna(value):
        return None
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _as_json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("</", r"<\/")  # a name must not end the script that contains it
