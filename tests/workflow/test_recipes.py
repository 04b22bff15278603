"""The recipes of the README and the examples, run as they are printed, with shorter training."""

import re
import shutil
import sys
from pathlib import Path

import matplotlib.image
import pandas as pd
import pytest
import yaml
from snakemake.utils import update_config

from flatminima_study.configuration import parse_study
from tests.readme import printed
from tests.sessions import Session
from tests.study_folder import PROJECT, Folder, counted_jobs

ENDINGS = ("pdf", "png", "svg")


def shorten(config: dict) -> None:
    """Train fewer networks of each experiment of the main paper, for fewer steps and times."""
    config["papers"] = []
    for experiment in config["experiments"].values():
        for entry in experiment["sweep"]:
            entry |= {"steps": min(entry["steps"], 500), "repetitions": 3}
        for block, axis in ((experiment, "dataset"), (experiment["network"], "width")):
            if isinstance(block.get(axis), list):
                block[axis] = block[axis][:2]


def rewrite(path: Path, change) -> None:
    config = yaml.safe_load(path.read_text())
    change(config)
    path.write_text(yaml.safe_dump(config, sort_keys=False))


@pytest.fixture
def clone(fresh) -> Folder:
    """What a reader has before the second command: the study as it is, and its environment."""
    shutil.copy(PROJECT / "config.yaml", fresh.path)
    shutil.copytree(PROJECT / "docs/examples", fresh.path / "docs/examples")
    environment = fresh.path / ".venv/bin"
    environment.mkdir(parents=True)
    (environment / "activate").write_text(f'PATH="{Path(sys.executable).parent}:$PATH"\n')
    return fresh


def run(folder: Folder, commands: str) -> str:
    """Run printed commands in the shell that the README has its readers open."""
    activated = printed("Figure by figure", "bash") + "exec 2>&1\n" + commands
    command = ["bash", "-euo", "pipefail", "-c", activated]
    with Session(command, folder.path, folder.environment) as shell:
        return shell.finish().stdout


def figures(folder: Folder) -> set[str]:
    return {path.name for path in (folder.path / "results/figures").iterdir()}


NAMES = ("1a", "1b", "3", "gaussian")
"""Figures of the experiment gaussian; the last one shows the others and is drawn by default."""


def test_only_one_figure_and_then_with_another_number(clone):
    def only_two_rates_of_one_experiment(config):
        gaussian = config["experiments"]["gaussian"]
        gaussian["sweep"] = gaussian["sweep"][1:3]
        datasets = {gaussian["dataset"]: config["datasets"][gaussian["dataset"]]}
        config |= {"datasets": datasets, "experiments": {"gaussian": gaussian}, "measurements": {}}
        config["figures"] = {name: config["figures"][name] for name in NAMES}
        shorten(config)

    config = clone.path / "config.yaml"
    as_printed = config.read_text()
    rewrite(config, only_two_rates_of_one_experiment)
    run(clone, printed("Only this figure", "bash"))
    assert figures(clone) == {f"figure_1b.{ending}" for ending in ENDINGS}

    before, after = (line[1:] for line in printed("Change a number", "diff").splitlines())
    assert as_printed.count(before) == 1
    config.write_text(as_printed.replace(before, after))
    rewrite(config, only_two_rates_of_one_experiment)
    planned, _, made = run(clone, printed("Change a number", "bash")).partition(
        "This was a dry-run"
    )
    for output in (planned, made):
        jobs = counted_jobs(output)
        assert jobs["train_runs"] == jobs["gather_runs"] == jobs["summarise_runs"] == 1
        assert jobs["plot_figure"] == 1
    rates = set(pd.read_csv(clone.path / "results/summaries/gaussian.csv")["learning_rate"])
    assert {0.02, 0.08} <= rates
    assert 0.07 not in rates


@pytest.mark.parametrize(
    ("example", "commands"),
    [
        ("own_data", printed("Your own data", "bash")),
        *zip(
            ("width_and_depth", "noise"),
            printed("A new experiment", "bash").splitlines(),
            strict=True,
        ),
    ],
)
def test_an_example_makes_its_figure(clone, example, commands):
    name = f"docs/examples/{example}.yaml"
    text = (clone.path / name).read_text()
    command = re.search(r"^#   (snakemake .*)$", text, re.MULTILINE)[1]
    assert commands.splitlines()[-1].replace("mine.yaml", name) == command
    assert f"`{command}`" in (clone.path / "docs/examples/README.md").read_text()

    rewrite(clone.path / name, shorten)
    run(clone, commands)
    config = clone.config
    update_config(config, yaml.safe_load((clone.path / name).read_text()))
    (figure,) = yaml.safe_load(text)["figures"]
    experiment = parse_study(config).experiments[figure]
    assert len(clone.table(f"runs/{figure}")) == sum(job.runs for job in experiment.jobs.values())
    assert figures(clone) == {f"figure_{figure}.{ending}" for ending in ENDINGS}


def test_the_recipe_for_a_cluster_plans_the_study(clone):
    planned = counted_jobs(run(clone, printed("On a cluster", "bash")))
    heavy = planned["train_runs"] + planned["record_runs"] + planned["measure_theory"]
    assert 15 < heavy / 10 <= 25  # about twenty groups of ten, as the README says


def test_every_command_in_a_line_has_a_target(clone):
    pages = [(PROJECT / page).read_text() for page in ("README.md", "docs/numerics.md")]
    targets = {
        target
        for page in pages
        for found in re.findall(r"`snakemake --cores \d ([\w-]+)`|`(figure_[\w-]+)`", page)
        for target in found
        if target
    }
    assert len(targets) > 20
    listed = run(clone, "snakemake --list").split()
    assert targets - set(listed) == set()


def test_the_picture_of_the_readme_is_a_target(built):
    picture = built.path / "docs/figures/readme.png"
    assert "readme_figure" not in built.snakemake("--list").stdout.split()

    def take_over_the_figures(config):
        figures = config["figures"]
        figures.pop("both")  # names the others
        figures |= {"1b": figures.pop("sharpness"), "2": figures.pop("rates")}

    built.configure(take_over_the_figures)
    built.snakemake("readme_figure")
    height, width, _ = matplotlib.image.imread(picture).shape
    assert width > 2 * height
