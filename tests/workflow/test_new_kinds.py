"""A kind is added by one file: everything else follows from what it declares."""

import json
import os
import subprocess
import sys
from copy import deepcopy

import pandas as pd
import pytest

from tests.study_folder import Folder, copy_of, make_fresh
from tests.toy_kinds import BLOCKS, drop_in
from tests.workers import made_once


def add_blocks(config: dict) -> None:
    for section, blocks in deepcopy(BLOCKS).items():
        config[section] |= blocks


def make_toys(path) -> None:
    folder = make_fresh(path)
    drop_in(folder.path / "workflow")
    folder.configure(add_blocks)
    targets = [f"figure_{name}" for name in BLOCKS["figures"]]
    folder.snakemake("toys", *targets, "results/summaries/measurements/squares.csv")


@pytest.fixture(scope="module")
def toys(tmp_path_factory, compiled) -> Folder:
    """A study with a toy kind of each family, made to its figures; not to be changed."""
    return Folder(made_once(tmp_path_factory, "toys", make_toys))


def test_toys_are_drawn_from_a_configuration_to_a_figure(toys):
    for figure in BLOCKS["figures"]:
        path = toys.path / f"results/figures/figure_{figure}.pdf"
        assert path.read_bytes().startswith(b"%PDF")
    squares = pd.read_csv(toys.path / "results/summaries/measurements/squares.csv")
    assert squares["square"].tolist() == [1, 4, 9, 16]
    assert (squares["runs"] == len(toys.table("runs/toys"))).all()


def test_an_axis_and_a_quantity_of_a_toy_are_columns_of_runs_summaries_and_trajectories(toys):
    runs = toys.table("runs/toys")
    assert runs.groupby("slowness").size().to_dict() == {1: 8, 10: 8}
    slow = runs[(runs["slowness"] == 10) & (runs["depth"] == 2)]
    assert (slow["final_weight"] > 0).all()
    summary = toys.table("summaries/toys")
    assert set(summary.loc[summary["quantity"] == "final_weight", "slowness"]) == {1, 10}
    trajectories = toys.table("trajectories/toys")
    at_start = trajectories[trajectories["step"] == 0]
    assert (at_start["weight"] == at_start["init_scale"]).all()


def test_a_toy_claim_is_judged(toys, tmp_path):
    study = copy_of(toys.path, tmp_path / "study")
    study.configure(lambda config: config.update(measurements=BLOCKS["measurements"], figures={}))
    study.snakemake("results/summaries/claims.csv")
    (claim,) = pd.read_csv(study.path / "results/summaries/claims.csv").to_dict("records")
    assert claim["claim"] == "squares_grow"
    assert claim["paper"] == "flat_minima"
    assert claim["verdict"] == "holds"


DIAGONAL = BLOCKS["experiments"]["toys"]["network"]
NEEDS = "which needs what networks of the kind toy_diagonal do not offer"


REFUSED = [
    ("datasets", "toy", {"points": 2}, "toy.points is 2; allowed: an integer at least 3"),
    ("datasets", "toy", {"slop": 2}, "slop is not a known key (did you mean slope?)"),
    ("experiments", "toys", {"network": DIAGONAL | {"width": 4}}, "is 4; allowed: 1, the"),
    ("experiments", "toys", {"measure": ["imbalance"]},
     f"'imbalance', {NEEDS} (full_layers); allowed: squared_norm, toy_weight"),
    ("experiments", "toys", {"measure": ["batch_sharpness"]}, f"{NEEDS} (full_layers)"),
    ("experiments", "toys", {"optimiser": {"kind": "sgd", "batch_size": 2}},
     f"toys.optimiser is 'sgd', {NEEDS} (batches); allowed: gradient_descent, toy_slow"),
    ("experiments", "toys", {"measure": ["weight"]}, "'weight'; allowed: batch_sharpness"),
    ("measurements", "squares", {"highest": 11}, "an integer at least 1 and at most 10"),
    ("measurements", "squares", {"experiment": "toy"}, "experiment is 'toy'; allowed: scales"),
    ("figures", "toy_bars", {"y": "cube"}, "'cube' (did you mean number?); allowed: number"),
]  # fmt: skip
"""A change of each block, and what its refusal says."""

REFUSE = """
import json, sys
from flatminima_study.configuration import ConfigurationError, parse_study
for config in json.load(sys.stdin):
    try:
        parse_study(config)
        print("accepted")
    except ConfigurationError as error:
        print(error)
"""


def test_what_a_toy_refuses_is_said_in_one_sentence(toys):
    changed = []
    for section, name, change, _ in REFUSED:
        config = toys.config
        config[section][name].update(change)
        changed.append(config)
    refusals = run(toys, "-c", REFUSE, input=json.dumps(changed))
    for line, (*_, says) in zip(refusals, REFUSED, strict=True):
        assert says in line


def run(folder: Folder, *arguments: str, **options) -> list[str]:
    """Run Python in a folder with its library, and return the lines that it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder.path,
        env=os.environ | folder.environment,
        capture_output=True,
        text=True,
        check=True,
        **options,
    )
    return done.stdout.splitlines()


TIMED = """
from flatminima.benchmark import timing
from flatminima_study.planning.costs import predict_cost
timing.REPEATS, timing.SECONDS = 1, 0.0
timing.SWEEPS = {"runs": (8,), "width": (3,), "batch_size": (4,)}
timing.names = lambda family: ["toy_diagonal"]
table = timing.run_benchmark(lambda line: None)
figure = timing.draw_benchmark(table)
print("toy_diagonal" in [text.get_text() for text in figure.legends[0].texts])
rows = table[table["network"] == "toy_diagonal"]
print(*rows["varied"], *rows["features"], rows["loop_microseconds"].count())
job = {"experiment": "e", "network": "toy_diagonal", "runs": 1, "training_seconds": 1.0,
       "measuring_seconds": 1.0, "megabytes": 1}
print(*predict_cost([job], table)["core_hours"] > 0)
"""


def test_benchmark_and_cost_ask_a_toy_for_its_sizes(toys):
    # two full sweeps without batches, as many features as it is wide, no plain loop
    assert run(toys, "-c", TIMED) == ["True", "runs width 5 3 0", "True True"]


def test_the_page_of_keys_describes_the_toys(toys, tmp_path):
    study = copy_of(toys.path, tmp_path / "study")
    (study.path / "docs").mkdir()
    run(study, "-m", "flatminima_study.configuration.page")
    page = (study.path / "docs/configuration.md").read_text()
    for line in (
        "| `datasets.<name>.points` | an integer at least 3 and at most 9 | required |",
        "| `experiments.<name>.optimiser.slowness` | an integer at least 1, or a list | required |",
        "## measurements, kind toy_squares",
        "## figures, kind toy_bars",
    ):
        assert line in page


def test_runs_of_the_others_keep_their_bits_beside_the_toys(toys, built_once, tmp_path):
    """An axis that is added leaves the identity, and so the bits, of runs that do not use it."""
    study = copy_of(toys.path, tmp_path / "study")
    study.snakemake("results/runs/batches.parquet", "results/runs/gelu.parquet")
    for name in ("runs/batches", "runs/gelu"):
        pd.testing.assert_frame_equal(study.table(name), built_once.table(name), check_exact=True)
