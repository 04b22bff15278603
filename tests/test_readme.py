"""The README shows what the code draws; what it prints to be run is in workflow/test_recipes.py."""

import re
from collections import Counter

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import yaml

from flatminima import figures
from flatminima.datasets import Dataset
from flatminima.networks import LinearNetwork
from flatminima.theory import lower_bound, upper_bound
from flatminima_study.configuration import parse_study
from flatminima_study.overview import draw_overview
from tests.flatminima import references
from tests.readme import printed, printed_blocks
from tests.study_folder import PROJECT

OVERVIEW = ("1b", "2")
STUDY = parse_study(yaml.safe_load((PROJECT / "config.yaml").read_text()))


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    """The table beside the picture."""
    return pd.read_csv(PROJECT / "docs/figures/overview.csv", dtype={"figure": str})


def test_the_picture_is_what_the_code_draws_of_its_numbers(numbers, tmp_path):
    specifications = {name: STUDY.figures[name] for name in OVERVIEW}
    figures.save_figure(draw_overview(numbers, specifications), tmp_path / "overview.png")
    drawn, shown = (
        matplotlib.image.imread(folder / "overview.png")
        for folder in (tmp_path, PROJECT / "docs/figures")
    )
    np.testing.assert_array_equal(drawn, shown)


@pytest.mark.parametrize("figure", OVERVIEW)
def test_the_picture_is_of_the_configured_experiments(numbers, figure):
    specification = STUDY.figures[figure]
    experiment = STUDY.experiments[specification["experiment"]]
    bounds = specification.get("select", {}).get("learning_rate", {})
    drawn = numbers.query("figure == @figure and quantity == @specification['y']")
    cells = zip(
        *(drawn[name] for name in ("depth", "learning_rate", "steps", "init_scale", "runs")),
        strict=True,
    )
    assert set(cells) == {
        (depth, rate, block.steps, scale, block.repetitions)
        for depth in experiment.depths
        for block in experiment.sweep
        for rate in block.learning_rates
        for scale in experiment.init_scales
        if rate <= bounds.get("at_most", np.inf)
    }


def test_the_numbers_of_the_picture_are_those_of_the_results(numbers):
    """Within their intervals: on another processor runs near divergence may end elsewhere."""
    results = PROJECT / "results/summaries/gaussian.csv"
    if not results.exists():
        pytest.skip("the study has not been made here")
    key = ["quantity", "learning_rate", "init_scale"]
    committed = numbers.query("figure == '1b' and table == 'summary'").set_index(key)
    made = pd.read_csv(results).set_index(key).loc[committed.index]
    found = (committed["count"] > 1) & (made["count"] > 1)
    assert found.sum() > 30
    assert made["mean"][found].between(committed["low"][found], committed["high"][found]).all()


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
    }


@pytest.mark.parametrize(
    ("heading", "example"),
    [("Your own data", "own_data"), ("A new experiment", "width_and_depth")],
)
def test_the_blocks_shown_are_those_of_the_examples(heading, example):
    shown = yaml.safe_load(printed(heading, "yaml"))
    file = yaml.safe_load((PROJECT / f"docs/examples/{example}.yaml").read_text())
    assert shown == {key: file[key] for key in shown}


def test_the_python_recipe_prints_the_sharpness_and_the_smallest_one(capsys):
    names = {}
    exec(printed("From Python", "python"), names)
    sharpness, smallest = map(float, capsys.readouterr().out.split())
    layers, data = names["layers"], Dataset(names["X"], names["y"])
    network = LinearNetwork(data, 3, 8)
    exact = references.sharpness(network, references.join(layers))
    assert sharpness == pytest.approx(exact, rel=1e-9)
    problem = (data.covariance, data.minimum_norm_solution, len(layers))
    assert lower_bound(*problem) <= smallest <= upper_bound(*problem)


@pytest.mark.parametrize("page", ["README.md", "docs/examples/README.md", "CONTRIBUTING.md"])
def test_links_lead_to_files(page):
    path = PROJECT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []
