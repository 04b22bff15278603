"""A companion paper is one folder: a target of its name, its claims, its section in the pages."""

import pandas as pd
import pytest
import yaml

from tests.explorer_page import read_page
from tests.study_folder import Folder, copy_of, make_fresh
from tests.workers import made_once

PAPER = """\
# The companion claims that what holds of a small study holds of another one.
title: A companion
datasets:
  other: {kind: spectrum, features: 2, condition_number: 3}
experiments:
  companion_runs:
    dataset: other
    network: {kind: linear, initialisation: gaussian, depth: 2}
    init_scale: 0.5
    sweep: [{learning_rate: 0.1, steps: 20, repetitions: 2}]
measurements:
  companion_rates:
    kind: critical_rate
    dataset: [other]
    initialisation: [gaussian]
    depth: 2
    init_scale: 0.2
    repetitions: 3
    steps: [100]
    lowest: 0.01
    highest: 2
figures:
  companion:
    kind: measurement
    measurement: critical_rates
    x: depth
    y: [critical_rate]
    caption: The rates of the companion.
"""


def write_paper(folder: Folder, text: str = PAPER, name: str = "companion") -> None:
    room = folder.path / "workflow/flatminima_papers" / name
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "paper.yaml").write_text(text)
    folder.configure(lambda config: config.update(papers=[name]))


def make_companion(path) -> None:
    folder = make_fresh(path)
    write_paper(folder)
    folder.snakemake("companion")


@pytest.fixture(scope="module")
def companion(tmp_path_factory, compiled) -> Folder:
    """The preset with a companion paper, of which only that was made; not to be changed."""
    return Folder(made_once(tmp_path_factory, "companion", make_companion))


def test_a_paper_is_a_target_of_its_own(companion):
    results = companion.path / "results"
    made = {path.relative_to(results).as_posix() for path in results.rglob("*.csv")}
    assert made == {
        "summaries/companion_runs.csv",
        "summaries/theory/companion_runs.csv",
        "summaries/measurements/companion_rates.csv",
        "summaries/companion_critical_rates.csv",
        "summaries/claims/companion.csv",
    }
    assert (results / "figures/figure_companion.png").exists()


def test_its_claims_are_judged_by_its_measurements_alone(companion):
    claims = pd.read_csv(companion.path / "results/summaries/claims/companion.csv")
    assert set(claims["paper"]) == {"companion"}
    assert "critical_rate_is_above" in set(claims["claim"])
    assert "theorem_1" not in set(claims["claim"])


def test_the_whole_study_holds_both_papers(built, companion):
    write_paper(built)
    built.snakemake("results/summaries/claims.csv", "results/explorer.html")
    claims = pd.read_csv(built.path / "results/summaries/claims.csv")
    assert list(dict.fromkeys(claims["paper"])) == ["flat_minima", "companion"]
    page = read_page((built.path / "results/explorer.html").read_text())
    papers = {experiment["name"]: experiment["paper"] for experiment in page["experiments"]}
    assert papers["companion_runs"] == "A companion"
    assert papers["scales"] == "Marion and Chizat"


def change(**blocks) -> str:
    return yaml.safe_dump(yaml.safe_load(PAPER) | blocks)


RUNS = yaml.safe_load(PAPER)["experiments"]["companion_runs"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            change(datasets={"small": {"kind": "spectrum", "features": 2, "condition_number": 3}}),
            "companion/paper.yaml: datasets.small has the name of small in config.yaml; allowed: "
            "a name once in all papers",
        ),
        (
            change(experiments={"companion_runs": RUNS | {"init_scale": -1}}),
            "companion/paper.yaml: experiments.companion_runs.init_scale is -1; allowed:",
        ),
        (change(seed=3), "workflow/flatminima_papers/companion/paper.yaml, line "),
        (PAPER + "title: twice\n", "the key 'title' is there twice, first in line 2"),
    ],
)
def test_a_paper_is_read_as_strictly_as_the_configuration(fresh, text, says):
    write_paper(fresh, text)
    result = fresh.snakemake("--dry-run", check=False)
    assert result.returncode == 1
    assert says in result.stderr.splitlines()[-1]
    assert not (fresh.path / "results").exists()


@pytest.mark.parametrize(
    ("papers", "says"),
    [
        (
            ["nowhere"],
            "papers holds 'nowhere', but there is no workflow/flatminima_papers/nowhere/paper.yaml",
        ),
        (["../config"], "papers[0] is '../config'; allowed: a plain name"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(fresh, papers, says):
    fresh.configure(lambda config: config.update(papers=papers))
    result = fresh.snakemake("--dry-run", check=False)
    assert says in result.stderr.splitlines()[-1]


def test_two_papers_may_not_share_a_name(companion, tmp_path):
    study = copy_of(companion.path, tmp_path / "study")
    write_paper(study, name="second")
    study.configure(lambda config: config.update(papers=["companion", "second"]))
    result = study.snakemake("--dry-run", check=False)
    assert (
        "workflow/flatminima_papers/second/paper.yaml: datasets.other has the name of other in "
        "workflow/flatminima_papers/companion/paper.yaml"
    ) in result.stderr.splitlines()[-1]
