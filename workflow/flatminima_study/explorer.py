"""The explorer: the tables of all experiments in one page that a browser opens by itself.

The page holds plotly.js, every row of the tables, and the words for their columns; what is
drawn of them is decided in the browser, by the script among the templates.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import matplotlib.colors
import pandas as pd
from plotly.offline import get_plotlyjs

from flatminima.figures import INTERVALS, LABELS, REFERENCES, SURVIVOR_QUANTITIES, colour_of
from flatminima_study.pages import fill_template
from flatminima_study.words import WORDS

__all__ = ["ExploredExperiment", "describe_networks", "label_as_html", "render_explorer"]

AXES = ["learning_rate", "depth", "width", "init_scale", "dataset"]
"""What runs may differ in; colour tells values of the first that varies apart."""

SHARPNESS = (
    "Sharpness is the largest eigenvalue of the Hessian of the training risk. "
    "The lines of theory are bounds on it, or 2/η, above which gradient descent is unstable."
)
DISTANCE = (
    "The distance is that of the product of all layers to w*, the least-squares solution of "
    "smallest norm, in the Euclidean norm."
)
RISK = "The risk is the mean squared error"
DEFINITIONS = {
    "initial_sharpness": SHARPNESS,
    "final_sharpness": SHARPNESS,
    "sharpness": SHARPNESS,
    "initial_distance": DISTANCE,
    "final_distance": DISTANCE,
    "distance": DISTANCE,
    "train_risk": f"{RISK} over the training data.",
    "test_risk": f"{RISK} over data that training has not seen.",
    "generalisation_gap": "The generalisation gap is the test risk less the training risk.",
    "gradient_norm": (
        "The norm of the gradient of the training risk with respect to all weights; "
        "a run has converged when it is small."
    ),
    "divergence_probability": (
        "A run has diverged when its weights, risk or Hessian are no longer finite in float64."
    ),
    "convergence_probability": (
        "A run has converged when the norm of its gradient at the end is small."
    ),
    "init_scale": "The scale multiplies the random weights at initialisation.",
    "width": "The width is that of the hidden layers.",
    "depth": "The depth is the number of layers.",
}

SHOWN_FIRST = {"two_over_learning_rate", "minimal_sharpness", "critical_learning_rate"}

MOST_RUNS = 50_000
"""Of an experiment: about 10 MB of the page, which browsers open in a second or two."""

SYMBOLS = {
    r"\lambda": "λ",
    r"\Lambda": "Λ",
    r"\eta": "η",
    r"\nabla": "∇",
    r"\|": "‖",
    r"\max": "max",
    r"\min": "min",
    "-": " \N{MINUS SIGN} ",
    "*": "\N{ASTERISK OPERATOR}",
}


@dataclass(frozen=True)
class ExploredExperiment:
    """An experiment as the page holds it.

    Attributes:
        name: Its name in the configuration.
        network: Which networks it trains, in words.
        tables: Its ``runs``, ``summary`` and ``theory``, and ``trajectories`` if it has any.
        files: Where each table lies.
    """

    name: str
    network: str
    tables: dict[str, pd.DataFrame]
    files: Mapping[str, str]


def render_explorer(experiments: list[ExploredExperiment], templates: Mapping[str, str]) -> str:
    """Return the text of the page.

    Args:
        experiments: What it shows, in this order.
        templates: The texts of the ``page``, its ``style`` and its ``script``.
    """
    parts = {
        "style": templates["style"],
        "script": templates["script"],
        "plotly": get_plotlyjs(),
        "data": _as_json(_page_data(experiments)),
    }
    return fill_template(templates["page"], parts)


def describe_networks(batch: Mapping[str, Any]) -> str:
    """Return in words which networks an experiment trains.

    Args:
        batch: The parameters of one of its training jobs.
    """
    network = {"linear": "Linear networks", "mlp": "GELU perceptrons"}[batch["network"]]
    start = {"gaussian": "Gaussian", "residual": "residual"}[batch["initialisation"]]
    return f"{network} with {start} initialisation"


def label_as_html(label: str) -> str:
    r"""Return a label of a figure with its mathematics in HTML instead of TeX.

    >>> label_as_html(r"sharpness $S_{\min}$ of $w^*$")
    'sharpness S<sub>min</sub> of w<sup>∗</sup>'
    """
    parts = label.split("$")  # mathematics is every second part
    return "".join(_formula(part) if place % 2 else part for place, part in enumerate(parts))


def _formula(text: str) -> str:
    text = re.sub(r"\\mathrm\{(\w+)\}", r"{\1}", text.replace(" ", ""))
    for symbol, character in SYMBOLS.items():
        text = text.replace(symbol, character)
    text = re.sub(r"_(?:\{([^}]*)\}|(.))", r"<sub>\1\2</sub>", text.strip())
    return re.sub(r"\^(?:\{([^}]*)\}|(.))", r"<sup>\1\2</sup>", text)


def _page_data(experiments: list[ExploredExperiment]) -> dict[str, Any]:
    return {
        "words": WORDS,
        "labels": {name: label_as_html(label) for name, label in LABELS.items()},
        "definitions": DEFINITIONS,
        "quantities": [name for name in LABELS if name not in (*AXES, "step")],
        "survivors": SURVIVOR_QUANTITIES,
        "intervals": INTERVALS,
        "references": {
            name: {
                "label": label_as_html(label),
                "bounds": "rate" if name.endswith("critical_learning_rate") else "sharpness",
                "first": name in SHOWN_FIRST,
            }
            for name, label in REFERENCES.items()
        },
        "experiments": [_experiment_data(experiment) for experiment in experiments],
    }


def _experiment_data(experiment: ExploredExperiment) -> dict[str, Any]:
    runs = experiment.tables["runs"]
    axes = {axis: _coloured_values(axis, runs[axis]) for axis in AXES}
    same = [f"{WORDS[axis]} {values[0][0]}" for axis, values in axes.items() if len(values) == 1]
    shown = _first_repetitions(runs)
    count = f"{len(runs)} runs"
    if len(shown) < len(runs):
        count += (
            f", of which this page holds the first {shown['repetition'].nunique()} of each cell"
        )
    return {
        "name": experiment.name,
        "description": f"{experiment.network}; {', '.join([*same, count])}.",
        "axes": axes,
        "tables": {
            name: {"file": _file_for_people(name, experiment.files[name]), **_compact(table)}
            for name, table in (experiment.tables | {"runs": shown}).items()
        },
    }


def _first_repetitions(runs: pd.DataFrame) -> pd.DataFrame:
    """Return as many repetitions of all cells as the page can hold; their summaries are of all."""
    counts = runs["repetition"].value_counts().sort_index().cumsum()
    return runs[runs["repetition"].isin(counts.index[counts <= MOST_RUNS])]


def _file_for_people(table: str, path: str) -> str:
    """Return the CSV beside a table; runs have none."""
    return path if table == "runs" else PurePosixPath(path).with_suffix(".csv").as_posix()


def _coloured_values(axis: str, column: pd.Series) -> list[tuple[Any, str]]:
    """Return each value of an axis with the colour that it has in the figures."""
    values = sorted(column.unique().tolist())
    colours = [colour_of(axis, value, place) for place, value in enumerate(values)]
    return [(v, matplotlib.colors.to_hex(c)) for v, c in zip(values, colours, strict=True)]


def _compact(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table by columns; a column of equal values is that value."""
    columns = {}
    for name in table:
        values = [_plain(value) for value in table[name].tolist()]
        columns[name] = values[0] if values and len(set(values)) == 1 else values
    return {"rows": len(table), "columns": columns}


def _plain(value: Any) -> Any:
    """Return a value that JSON has, with all its digits; None if there is none."""
    if pd.isna(value):
        return None
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def _as_json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("</", r"<\/")  # a name must not end the script that holds it
