"""The README shows what the code draws; what it prints to be run is in workflow/test_recipes.py."""

import re
from collections import Counter
from functools import partial

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import yaml

from flatminima.core.columns import described
from flatminima.datasets import Dataset
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.plotting.drawing import draw_beside, save_figure
from flatminima.plotting.style import PAGE_WIDTH
from flatminima.theory.closed_forms import lower_bound, upper_bound
from tests.default import STUDY
from tests.flatminima import references
from tests.readme import printed, printed_blocks
from tests.study_folder import PROJECT


def test_the_picture_is_what_the_code_draws_of_the_reference(tmp_path):
    reference = PROJECT / "tests/reference/summaries"
    parts = []
    for figure in (STUDY.figures["1b"], STUDY.figures["2"]):
        tables = {
            "summary": pd.read_csv(reference / f"{figure.experiment}.csv"),
            "theory": pd.read_csv(reference / f"theory/{figure.experiment}.csv"),
        }
        if figure.brackets is not None:
            brackets = reference / f"measurements/{figure.brackets}.csv"
            tables["brackets"] = pd.read_csv(brackets)
        words = described(STUDY.columns_of(figure))
        parts.append(partial(figure.paint, tables=tables, words=words))
    drawn = draw_beside(parts, PAGE_WIDTH / 2, 0.45 * PAGE_WIDTH)
    save_figure(drawn, tmp_path / "readme.png")
    drawn, shown = (
        matplotlib.image.imread(folder / "readme.png")
        for folder in (tmp_path, PROJECT / "docs/figures")
    )
    np.testing.assert_array_equal(drawn, shown)


def test_every_printed_block_is_tested():
    blocks = Counter((block.heading, block.language) for block in printed_blocks())
    assert blocks == {
        ("Run it", "bash"): 2,  # by .ci/run
        ("Figure by figure", "bash"): 1,  # in the shell of every recipe
        ("Only this figure", "bash"): 1,
        ("Change a number", "diff"): 1,
        ("Change a number", "bash"): 1,
        ("Your own data", "bash"): 1,
        ("Your own data", "yaml"): 1,
        ("A new experiment", "yaml"): 1,
        ("A new experiment", "bash"): 1,
        ("On a cluster", "bash"): 1,
        ("From Python", "python"): 1,
        ("Closed forms of linear networks", "python"): 1,
        ("Sharpness of batches", "python"): 1,
    }


@pytest.mark.parametrize(
    ("heading", "example"),
    [("Your own data", "own_data"), ("A new experiment", "width_and_depth")],
)
def test_the_blocks_shown_are_those_of_the_examples(heading, example):
    shown = yaml.safe_load(printed(heading, "yaml"))
    file = yaml.safe_load((PROJECT / f"docs/examples/{example}.yaml").read_text())
    assert shown == {key: file[key] for key in shown}


def test_the_python_recipe_prints_ends_of_the_spectrum():
    names = {}
    exec(printed("From Python", "python"), names)
    layers, data = names["layers"], Dataset(names["X"], names["y"])
    network = MultilayerPerceptron(data, 3, 8, activation="relu")
    values = np.linalg.eigvalsh(references.hessian(network, references.join(layers)))
    np.testing.assert_allclose(names["found"].largest, values[:-4:-1], rtol=1e-6)
    np.testing.assert_allclose(names["found"].smallest, values[:1], rtol=1e-6)


def test_the_python_recipe_prints_closed_forms(capsys):
    names = {}
    exec(printed("Closed forms of linear networks", "python"), names)
    smallest, rate, of_batches = map(float, capsys.readouterr().out.split())
    problem = names["problem"]
    assert lower_bound(*problem) <= smallest <= upper_bound(*problem)
    assert rate == pytest.approx(2 / smallest)
    assert 0 < of_batches <= rate * 4 / 6


def test_the_python_recipe_of_batches_prints_their_sharpnesses(capsys):
    names = {}
    exec(printed("Sharpness of batches", "python"), names)
    along_gradients, largest = map(float, capsys.readouterr().out.split())
    weights, depth, widths = names["weights"], len(names["layers"]), names["widths"]
    quotients, eigenvalues = [], []
    for batch in names["batches"]:
        part = Dataset(names["X"][batch], names["y"][batch])
        network = MultilayerPerceptron(part, depth, widths, activation="relu")
        g, H = references.gradient(network, weights), references.hessian(network, weights)
        quotients.append(g @ H @ g / (g @ g))
        eigenvalues.append(np.linalg.eigvalsh(H)[-1])
    assert along_gradients == pytest.approx(np.mean(quotients), rel=1e-9)
    assert largest == pytest.approx(np.mean(eigenvalues), rel=names["residuals"].max())


@pytest.mark.parametrize("page", ["README.md", "docs/examples/README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(page):
    path = PROJECT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
