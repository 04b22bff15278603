"""Every bad configuration is refused with one sentence that names the culprit."""

import math
from copy import deepcopy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from flatminima_study.configuration import ConfigurationError, check_targets, parse_study
from flatminima_study.planning.study import MAIN_PAPER

PROJECT = Path(__file__).parents[3]
DEFAULT = yaml.safe_load((PROJECT / "config.yaml").read_text()) | {"papers": []}


@pytest.fixture
def config() -> dict:
    return deepcopy(DEFAULT)


def set_at(config: dict, path: str, value) -> None:
    *parents, last = path.split("/")
    for part in parents:
        config = config[int(part) if isinstance(config, list) else part]
    config[last] = value


def refusal(config: dict) -> str:
    with pytest.raises(ConfigurationError) as caught:
        parse_study(config)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_default_configuration_is_the_study_of_the_paper(config):
    study = parse_study(config)
    main = study.papers[MAIN_PAPER]
    of_paper = [name for name in main.figures if name[0].isdigit()]
    assert len(of_paper) == 15
    drawn = [study.figures[name] for name in study.main_figures]
    drawn += [piece for figure in drawn for piece in figure.pieces()]
    assert all(study.figures[name] in drawn for name in of_paper)
    sizes = {
        name: sum(job.runs for job in study.experiments[name].jobs.values())
        for name in main.experiments
    }
    assert sizes == {
        "gaussian": 1600,
        "gaussian_trajectories": 2,
        "residual": 1000,
        "residual_trajectories": 2,
        "depth": 5000,
        "underdetermined": 1260,
        "gelu": 480,
        "gelu_noisy": 480,
    }
    rates = study.experiments["depth"].learning_rates
    np.testing.assert_allclose(rates, np.logspace(-2, -0.3, 25), rtol=1e-11)


NOT_POSITIVE = [0, -1, math.inf, -math.inf, math.nan, "fast", True, [], "1e-3"]


@pytest.mark.parametrize("value", NOT_POSITIVE)
@pytest.mark.parametrize(
    "path",
    [
        "experiments/gaussian/sweep/0/learning_rate",
        "experiments/gaussian/sweep/0/steps",
        "experiments/gaussian/sweep/0/repetitions",
        "experiments/gaussian/sweep/0/runs_per_job",
        "experiments/gaussian/network/depth",
        "experiments/gaussian/network/width",
        "experiments/gaussian/runs_per_job",
        "experiments/gaussian/record_every",
        "training/gradient_tolerance",
        "training/runs_per_job",
        "datasets/noiseless/samples",
        "datasets/noiseless/features",
    ],
)
def test_a_number_that_must_be_positive(config, path, value):
    set_at(config, path, value)
    message = refusal(config)
    assert message.startswith(path.split("/")[0])
    assert path.split("/")[-1] in message
    assert "allowed" in message


@pytest.mark.parametrize("value", [-0.1, math.inf, math.nan, "loud", True, []])
@pytest.mark.parametrize("path", ["experiments/gaussian/init_scale", "datasets/noiseless/noise"])
def test_a_number_that_must_not_be_negative(config, path, value):
    set_at(config, path, value)
    message = refusal(config)
    assert message.startswith(path.replace("/", "."))
    assert "allowed" in message


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("sedd", 1, "sedd is not a known key (did you mean seed?)"),
        ("experiments/gaussian/netwrok", {}, "experiments.gaussian.netwrok is not a known key"),
        ("datasets/noiseless/path", "x", "datasets.noiseless.path is not a known key"),
        ("figures/3/y_scal", "log", "figures.3.y_scal is not a known key (did you mean y_scale?)"),
        ("seed", -1, "seed is -1; allowed: an integer at least 0"),
        ("figures/2/brackets", "descent", "figures.2.brackets is 'descent'; allowed: "),
        ("figures/1a/brackets", "flattest_start", "allowed where x is learning_rate"),
        ("seed", "three", "seed is 'three'; allowed: an integer"),
        ("seed", 1.5, "seed is 1.5"),
        ("training", [], "training is []; allowed: a mapping of keys"),
        ("experiments", {}, "experiments is empty"),
        ("experiments/gaussian/sweep", [], "experiments.gaussian.sweep is []"),
        ("experiments/gaussian/init_scale", [], "experiments.gaussian.init_scale is []"),
        ("experiments/gaussian/init_scale", [0.3, 0.4, 0.3], "init_scale holds 0.3 twice"),
        ("experiments/gaussian/init_scale", {"from": 0.3, "to": 0.3, "count": 2},
         "holds 0.3 twice"),
        ("experiments/gaussian/init_scale", {"from": 0, "to": 1, "count": 3, "spacing": "log"},
         "experiments.gaussian.init_scale has log spacing"),
        ("experiments/gaussian/sweep/0/learning_rate", [0.1, 0.1], "learning_rate holds 0.1 twice"),
        ("experiments/gaussian/sweep/0/learning_rate", 0.02, "sweep[1].learning_rate holds 0.02"),
        ("experiments/gaussian/dataset", "overdetermind",
         "experiments.gaussian.dataset is 'overdetermind'"),
        ("experiments/gaussian/dataset", [], "experiments.gaussian.dataset is []"),
        ("experiments/gaussian/network/depth", 1, "allowed: an integer at least 2"),
        ("experiments/gaussian/network/width", 0, "experiments.gaussian.network.width is 0"),
        ("experiments/gaussian/network/kind", "cnn", "allowed: linear, mlp"),
        ("experiments/gaussian/network/gelu", "erf", "network.gelu is not a known key"),
        ("experiments/residual/network/width", 7, "allowed for a residual network: 5"),
        ("experiments/gelu/network/initialisation", "residual", "is 'residual'; allowed: gaussian"),
        ("datasets/noiseless/kind", "uniform", "allowed: diabetes, difficulty, digits, file, "),
        ("figures/1a/experiment", "gausian", "figures.1a.experiment is 'gausian'"),
        ("figures/1a/y", "sharpnes", "figures.1a.y is 'sharpnes'"),
        ("figures/1a/lines", "init_scale", "allowed: another axis"),
        ("figures/1b/y_range", [10, 1], "figures.1b.y_range is [10, 1]"),
        ("figures/1b/y_range", [0, 1], "allowed on a log scale: above 0"),
        ("figures/1b/references", ["lower"], "figures.1b.references[0] is 'lower'"),
        ("figures/7/references", ["lower_bound"], "a theory of linear networks"),
        ("figures/7/y", "final_distance", "figures.7.y is 'final_distance' ("),
        ("figures/1a/references", ["lower_bound"], "is a sharpness"),
        ("figures/1b/references", ["critical_learning_rate"], "is a learning rate"),
        ("figures/1c/experiment", "gaussian", "records no trajectories"),
        ("figures/1a/experiment", "depth", "figures.1a leaves 4 values of depth open"),
        ("figures/2/baseline", "initial_distance", "figures.2.baseline is one line, but each line"),
        ("experiments/gaussian/dataset", ["white", "noiseless"], "leaves 2 values of dataset open"),
        ("measurements/drift/kind", "drft", "measurements.drift.kind is 'drft'"),
        ("measurements/drift/dataset", ["nothing"], "measurements.drift.dataset[0] is 'nothing'"),
        ("measurements/drift/depth", [1, 2], "measurements.drift.depth[0] is 1"),
        ("measurements/flow_width/initialisation", ["residual"], "as wide as its data"),
        ("measurements/critical_rate/lowest", 2, "less than highest"),
        ("measurements/products/draw", 2, "measurements.products.draw is not a known key"),
        ("figures/theory_path/measurement", "flow_pth", "figures.theory_path.measurement is"),
        (
            "figures/theory_path/beside",
            [{"measurement": "flow_pth"}],
            "figures.theory_path.beside[0].measurement is 'flow_pth'",
        ),
        ("datasets/white/condition_number", 0.5, "datasets.white.condition_number is 0.5"),
        ("figures/6b/select", {"learning_rate": [0.3]}, "6b.select.learning_rate holds 0.3"),
        ("figures/6b/select", {"learning_rate": {"at_least": 9}},
         "leaves nothing of underdetermined"),
        ("experiments/gelu/measure", ["gradient_noise_trace", "imbalance"],
         "experiments.gelu.measure[1] is 'imbalance', which needs what networks of the kind mlp do "
         "not offer (product); allowed: batch_sharpness, "),
    ],
)  # fmt: skip
def test_what_is_said(config, path, value, says):
    set_at(config, path, value)
    assert says in refusal(config)


def test_a_baseline_of_several_datasets_is_refused(config):
    set_at(config, "experiments/gaussian/dataset", ["overdetermined", "noiseless"])
    config["figures"] = {"1a": config["figures"]["1a"] | {"lines": "dataset"}}
    config["figures"]["1a"]["select"] = {"learning_rate": [0.02]}
    assert "baseline is one line" in refusal(config)
    config["figures"]["1a"]["select"]["dataset"] = ["noiseless"]
    assert parse_study(config).figures


@pytest.mark.parametrize(
    "path", ["seed", "training", "datasets/noiseless/samples", "experiments/gaussian/dataset",
             "experiments/gaussian/sweep/0/steps", "figures/1a/y"],
)  # fmt: skip
def test_a_missing_key(config, path):
    *parents, last = path.split("/")
    block = config
    for part in parents:
        block = block[int(part) if isinstance(block, list) else part]
    del block[last]
    assert refusal(config).endswith("is missing; it must be given")
    assert last in refusal(config)


@pytest.mark.parametrize(
    "name",
    [
        "../up",
        "a b",
        "x;rm",
        "1st",
        "",
        "x" * 61,
        "all",
        "figure_x",
        "make_dataset",
        "Gaussian",
        "NUL",
        "gelu\n",
        "ab" * 20,
        "gelu\0",
        "gélu",
    ],
)
def test_a_name_that_is_not_plain(config, name):
    config["experiments"][name] = config["experiments"].pop("gelu")
    for figure in config["figures"].values():
        if figure.get("experiment") == "gelu":
            figure["experiment"] = name
    assert "allowed" in refusal(config)


def test_a_name_of_what_there_is_none_of(config):
    config["measurements"] = {}
    config["figures"] = {"2": config["figures"]["2"]}
    assert refusal(config) == (
        "figures.2.brackets is 'flattest_start'; allowed: a name of measurements with the columns "
        "all_converge, dataset, depth, none_converges, of which there is none"
    )


def test_an_empty_configuration():
    assert "missing" in refusal({})
    assert refusal(None) == "config.yaml is None; allowed: a mapping of keys"


def write(path: Path, table: pd.DataFrame) -> Path:
    table.to_csv(path, index=False)
    return path


GOOD = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.0, 1.0, 0.5], "y": [1.0, 0.0, 2.0]})


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no such file"),
        ("", "the file is empty"),
        (GOOD.assign(a=[1.0, np.nan, 2.0]), "has no value in row"),
        (GOOD.assign(a=[1.0, np.inf, 2.0]), "is infinite, or too large, in row"),
        (GOOD.assign(b=["x", "y", "z"]), "the column 'b' holds something that is not a number"),
        (GOOD.head(1), "y has 1 row"),
        (GOOD.assign(y=3.0), "y is constant"),
        (GOOD[["a", "b"]], "there is no column 'y'"),
        (GOOD[["y"]], "X has no column"),
    ],
)
def test_a_users_file_that_cannot_be_studied(config, tmp_path, content, says):
    path = tmp_path / "mine.csv"
    if isinstance(content, str):
        path.write_text(content)
    elif content is not None:
        content.to_csv(path, index=False)
    config["datasets"]["mine"] = {"kind": "file", "path": str(path), "target": "y"}
    message = refusal(config)
    assert message.startswith("datasets.mine.path")
    assert str(path) in message
    assert says in message


def test_shapes_that_do_not_match(config, tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, X=np.eye(3), y=np.arange(4.0))
    config["datasets"]["mine"] = {"kind": "file", "path": str(path)}
    assert "X has 3 rows, but y has 4" in refusal(config)


def test_a_users_file_gives_the_width(config, tmp_path):
    path = tmp_path / "mine.csv"
    GOOD.to_csv(path, index=False)
    config["datasets"]["mine"] = {"kind": "file", "path": str(path), "target": "y"}
    config["experiments"]["gaussian"]["dataset"] = "mine"
    jobs = parse_study(config).experiments["gaussian"].jobs.values()
    assert {job.network.width for job in jobs} == {(2,)}


def test_an_unknown_target_is_refused_with_what_is_near():
    known = {"all", "figures", "figure_1a", "figure_1b", "gaussian"}
    check_targets({"figure_1a", "results/figures/figure_1a.pdf"}, known)
    with pytest.raises(ConfigurationError, match="there is no figure 'figure_1z'"):
        check_targets({"figure_1z"}, known)
    with pytest.raises(ConfigurationError, match="did you mean gaussian"):
        check_targets({"gausian"}, known)


def test_null_drops_a_block_and_a_key(config):
    set_at(config, "experiments/gelu_noisy", None)
    config["figures"] = {"1a": config["figures"]["1a"], "2": None}
    set_at(config, "experiments/gaussian/runs_per_job", None)
    study = parse_study(config)
    assert "gelu_noisy" not in study.experiments
    assert study.papers[MAIN_PAPER].figures == ("1a",)
