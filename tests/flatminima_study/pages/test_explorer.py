"""The page to explore holds every row of its tables, in the words and colours of the figures."""

import json
import re

import matplotlib.colors
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.core.columns import typed
from flatminima.core.kinds import load
from flatminima.plotting.references import THEORY_LINES
from flatminima.plotting.style import colours_of
from flatminima.quantities import default_quantities, ends_of_paths
from flatminima.runs.tables import path_columns, run_columns
from flatminima.summaries.cells import summarise_runs, summarise_trajectories, tabulate_theory
from flatminima_study.pages import explorer
from flatminima_study.pages.explorer import (
    ExploredExperiment,
    label_as_html,
    render_explorer,
)
from flatminima_study.pages.explorer_words import explorer_words
from tests.default import STUDY
from tests.explorer_page import read_page, table_of_page
from tests.templates import templates_of

BARE = {"page": "<style>/*{{ style }}*/</style>/*{{ data }}*/", "style": "s", "script": "s"}
FILES = {name: f"results/{name}.parquet" for name in ("runs", "summary", "theory", "trajectories")}

QUANTITIES = default_quantities()
DESCENT = load("optimisers", "gradient_descent")()
RUN_COLUMNS = typed(run_columns(DESCENT, QUANTITIES))
TRAJECTORY_COLUMNS = typed(path_columns(DESCENT, QUANTITIES))
COLUMNS = explorer_words(STUDY)["columns"]
ENDS = ends_of_paths(QUANTITIES)
LABELS = {name: column["label"] for name, column in COLUMNS.items()}
AXES = ["learning_rate", "depth", "width", "init_scale", "dataset"]

numbers = st.one_of(st.floats(width=64), st.sampled_from([0.1 + 0.2, 5e-324, 1.7e308, -0.0]))


@st.composite
def run_tables(draw) -> pd.DataFrame:
    count = draw(st.integers(1, 6))
    some = {
        "str": st.sampled_from(["d", "</script>", "e"]),
        "int64": st.integers(0, 2**53),
        "Int64": st.one_of(st.none(), st.integers(0, 9)),
        "float64": numbers,
    }
    some |= dict.fromkeys(("depth", "width"), st.integers(1, 99))
    some |= dict.fromkeys(("learning_rate", "init_scale"), st.floats(1e-6, 10))
    columns = {
        name: draw(st.lists(some.get(name, some[kind]), min_size=count, max_size=count))
        for name, kind in RUN_COLUMNS.items()
    }
    columns["repetition"] = list(range(count))
    return pd.DataFrame(columns).astype(RUN_COLUMNS)


def page_of(tables: dict[str, pd.DataFrame], templates=BARE) -> str:
    explored = ExploredExperiment("e", "paper", "networks", AXES, tables, FILES)
    return render_explorer([explored], COLUMNS, ENDS, [], templates)


def data_of(text: str) -> dict:
    return json.loads(re.search(r"</style>(.*)", text, re.DOTALL)[1])


@given(run_tables())
def test_every_run_is_in_the_page_once_with_all_its_digits(runs):
    text = page_of({"runs": runs})
    assert "</script>" not in text
    found = table_of_page(data_of(text)["experiments"][0]["tables"]["runs"], RUN_COLUMNS)
    pd.testing.assert_frame_equal(found, runs, check_exact=True)


def small_runs() -> pd.DataFrame:
    cells = [(rate, scale, n) for rate in (0.02, 0.1) for scale in (0.2, 0.4) for n in range(2)]
    runs = pd.DataFrame(cells, columns=["learning_rate", "init_scale", "repetition"])
    same = {"experiment": "e", "dataset": "d", "outcome": "converged", "depth": 3, "width": 4}
    same = dict.fromkeys(RUN_COLUMNS, 1) | same
    same = {name: value for name, value in same.items() if name not in runs}
    return runs.assign(**same)[list(RUN_COLUMNS)].astype(RUN_COLUMNS)


def test_every_column_and_quantity_has_words():
    runs = small_runs()
    trajectory = {name: [1] for name in TRAJECTORY_COLUMNS}
    tables = [runs, summarise_runs(runs, QUANTITIES, [], 1)]
    tables.append(summarise_trajectories(pd.DataFrame(trajectory), QUANTITIES, [], 1))
    for table in tables:
        assert set(table.columns) <= set(COLUMNS)
        if "quantity" in table:
            assert set(table["quantity"]) <= {
                name for name, column in COLUMNS.items() if column["moment"]
            }


def test_values_have_the_colours_of_the_figures():
    (experiment,) = data_of(page_of({"runs": small_runs()}))["experiments"]
    assert experiment["axes"]["learning_rate"] == [
        [rate, matplotlib.colors.to_hex(colour)]
        for rate, colour in colours_of("learning_rate", [0.02, 0.1]).items()
    ]
    assert [value for value, _ in experiment["axes"]["init_scale"]] == [0.2, 0.4]


def test_what_does_not_vary_is_said_in_words():
    (experiment,) = data_of(page_of({"runs": small_runs()}))["experiments"]
    assert experiment["description"] == "Networks; depth 3, width 4, dataset d, 8 runs."


def test_a_large_experiment_shows_its_first_repetitions(monkeypatch):
    monkeypatch.setattr(explorer, "MOST_RUNS", 7)  # of 4 cells with 2 repetitions
    runs = small_runs()
    (experiment,) = data_of(page_of({"runs": runs}))["experiments"]
    found = table_of_page(experiment["tables"]["runs"], RUN_COLUMNS)
    first = runs[runs["repetition"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, first, check_exact=True)
    says = "8 runs, of which this page holds the first 1 of each cell."
    assert experiment["description"].endswith(says)


def test_a_table_is_named_by_the_file_that_people_open():
    theory = tabulate_theory("e", {}, (3,), (0.02, 0.1), linear=False)
    tables = data_of(page_of({"runs": small_runs(), "theory": theory}))["experiments"][0]["tables"]
    assert tables["runs"]["file"] == "results/runs.parquet"
    assert tables["theory"]["file"] == "results/theory.csv"


@pytest.mark.parametrize(
    "label", [*LABELS.values(), *(line.label for line in THEORY_LINES.values())]
)
def test_every_label_of_the_figures_is_written_in_html(label):
    assert not re.search(r"[\\${}^_]", label_as_html(label))


def test_formulas_keep_their_meaning():
    assert label_as_html(LABELS["final_distance"]) == (
        "‖w<sub>prod</sub> \N{MINUS SIGN} w<sup>\N{ASTERISK OPERATOR}</sup>‖<sup>2</sup>"
        " after training"
    )
    assert label_as_html(LABELS["sharpness"]) == "sharpness λ<sub>max</sub>(∇<sup>2</sup>R)"
    assert label_as_html(THEORY_LINES["flow_bound"].label) == "bound for gradient flow 8cLΛ"


def test_a_filled_template_is_not_filled_again():
    text = page_of({"runs": small_runs()}, BARE | {"style": "/*{{ script }}*/"})
    assert "<style>/*{{ script }}*/</style>" in text


def test_the_whole_page_stands_alone():
    text = page_of({"runs": small_runs()}, templates_of("explorer"))
    assert "/*{{" not in text
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=\"(?!data:)", text)
    assert read_page(text)["experiments"][0]["name"] == "e"
