"""From the content of config.yaml to a study that is known to make sense.

Whatever is wrong is a `ConfigurationError` with one sentence: the key, what it is, and
what is allowed.
"""

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from flatminima.datasets import DatasetError, read_dataset
from flatminima_study.config_figures import check_figure, check_measured_figure
from flatminima_study.config_schema import (
    ConfigurationError,
    check_schema,
    check_values,
    listed,
    shown,
)
from flatminima_study.plan import RESERVED_TARGETS, Experiment, Study, SweepBlock

__all__ = ["ConfigurationError", "check_targets", "parse_study"]

RULES = Path(__file__).parents[1] / "rules"
RESULTS = Path("results")

# In all experiments together; Snakemake plans 20,000 jobs in a minute.
MOST_RUNS = 10_000_000
MOST_JOBS = 20_000
# In one measurement, which is one job.
MOST_NETWORKS = 100_000
MOST_STEPS = 1_000_000_000

RESERVED_FILES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""What no file may be called on Windows and its file systems, whatever the ending."""


def parse_study(config: Mapping[str, Any]) -> Study:
    """Check a configuration and return the study it describes.

    Args:
        config: The content of config.yaml.

    Returns:
        The study, with grids written out and defaults filled in.

    Raises:
        ConfigurationError: At the first thing that is wrong.
    """
    config = _with_text_names(config)
    check_values(config)
    check_schema(config)
    _check_names(config)
    features = {
        name: dataset["features"] if "features" in dataset else _count_features(name, dataset)
        for name, dataset in config["datasets"].items()
    }
    experiments = {
        name: _parse_experiment(name, block, config, features)
        for name, block in config["experiments"].items()
    }
    _check_size(experiments)
    measurements = {
        name: _parse_measurement(name, block, features)
        for name, block in config["measurements"].items()
    }
    for figure, block in config["figures"].items():
        if block["kind"] == "measurement":
            check_measured_figure(figure, block, measurements)
        else:
            check_figure(figure, block, experiments)
    return Study(
        seed=int(config["seed"]),
        gradient_tolerance=float(config["training"]["gradient_tolerance"]),
        datasets={name: dict(dataset) for name, dataset in config["datasets"].items()},
        experiments=experiments,
        measurements=measurements,
        figures={
            name: {key: value for key, value in figure.items() if key != "caption"}
            for name, figure in config["figures"].items()
        },
    )


def check_targets(targets: set[str], known: set[str]) -> None:
    """Refuse a target that is neither a known name nor a path.

    Raises:
        ConfigurationError: Names the target and what is near it.
    """
    for target in sorted(targets):
        if target not in known and "/" not in target and not Path(target).exists():
            near = get_close_matches(target, known, n=3)
            kind = "figure" if target.startswith("figure_") else "target"
            allowed = sorted(t for t in known if kind == "target" or t.startswith("figure_"))
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            raise ConfigurationError(
                f"there is no {kind} {target!r}: {hint}Allowed are {', '.join(allowed)}"
            )


def _with_text_names(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration with figure ids as text: YAML reads the key 2 as a number."""
    if not isinstance(config, Mapping):
        raise ConfigurationError("config.yaml holds no keys; it must hold the whole study")
    config = dict(config)
    figures = config.get("figures")
    if isinstance(figures, Mapping):
        numbers = [name for name in figures if type(name) is int and 0 <= name < 10**9]
        for number in numbers:
            if str(number) in figures:
                raise ConfigurationError(
                    f"figures.{number} is there as a number and as text; allowed: one of them"
                )
        config["figures"] = {
            str(name) if name in numbers else name: figure for name, figure in figures.items()
        }
    return config


def _check_names(config: Mapping[str, Any]) -> None:
    """Refuse names that are, or on some file system would be, the name of something else."""
    for block in ("datasets", "experiments", "measurements", "figures"):
        seen: dict[str, str] = {}
        for name in config[block]:
            lower = name.lower()
            if lower in seen:
                raise ConfigurationError(
                    f"{block}.{name} differs from {seen[lower]} in upper and lower case alone; "
                    "allowed: names that are different files everywhere"
                )
            if lower in RESERVED_FILES:
                raise ConfigurationError(
                    f"{block}.{name} is a name that Windows keeps for itself; allowed: any other"
                )
            seen[lower] = name
    reserved = RESERVED_TARGETS | _rule_names()
    for name in config["experiments"]:
        if name.lower() in reserved or name.lower().startswith("figure_"):
            raise ConfigurationError(
                f"experiments.{name} has the name of a target of the workflow; allowed: any other "
                f"name than {', '.join(sorted(reserved))} and figure_..."
            )


@cache
def _rule_names() -> frozenset[str]:
    """The rules of the workflow; an experiment is one more."""
    text = "".join(path.read_text() for path in RULES.glob("*.smk"))
    return frozenset(re.findall(r"^(?:use )?rule (?:\w+ as )?(\w+)", text, re.MULTILINE))


def _count_features(name: str, dataset: Mapping[str, Any]) -> int:
    """Read a user's own file, for the features that it has."""
    path = Path(dataset["path"])
    if path.resolve().is_relative_to(RESULTS.resolve()):
        raise ConfigurationError(
            f"datasets.{name}.path is {shown(dataset['path'])}, inside {RESULTS}/, which the study "
            "itself makes; allowed: any other place"
        )
    try:
        return read_dataset(path, dataset.get("target")).features
    except DatasetError as error:
        raise ConfigurationError(f"datasets.{name}.path: {error}") from None


def _check_size(experiments: Mapping[str, Experiment]) -> None:
    """Refuse a study too large to be planned."""
    runs = jobs = 0
    for name, experiment in experiments.items():
        networks = len(experiment.depths) * sum(
            len(experiment.widths or [features]) for features in experiment.features.values()
        )
        cells = networks * len(experiment.init_scales)
        here = cells * sum(
            len(block.learning_rates) * block.repetitions for block in experiment.sweep
        )
        runs += here
        # about: the last job of each part may be a small one
        jobs += networks * len(experiment.sweep) + here // experiment.runs_per_job
        if runs > MOST_RUNS:
            raise ConfigurationError(
                f"experiments.{name} has {here} runs; allowed: at most {MOST_RUNS} in all "
                "experiments, by fewer values, repetitions or experiments"
            )
        if jobs > MOST_JOBS:
            raise ConfigurationError(
                f"experiments.{name} has {here} runs, {experiment.runs_per_job} to a training job, "
                f"which makes about {jobs} jobs in all; allowed: at most {MOST_JOBS}, by a larger "
                "runs_per_job or fewer runs"
            )


def _axis(value: Any, path: str) -> tuple[float, ...]:
    """Write out an axis: one value, a list, or a grid, rounded to 12 significant digits.

    Rounded, a grid is the same on every machine, and a value of it can be named.
    """
    if isinstance(value, Mapping):
        start, stop, count = float(value["from"]), float(value["to"]), value["count"]
        if value.get("spacing", "linear") == "log":
            if start <= 0 or stop <= 0:
                raise ConfigurationError(f"{path} has log spacing; allowed: ends greater than 0")
            grid = np.geomspace(start, stop, count)
        else:
            grid = np.linspace(start, stop, count)
        values = tuple(float(f"{item:.12g}") for item in grid)
    else:
        values = tuple(float(item) for item in (value if isinstance(value, list) else [value]))
    seen: set[str] = set()
    for item in values:
        _add_distinct(item, seen, path)
    return tuple(item + 0.0 for item in values)  # -0.0 becomes 0.0


def _add_distinct(item: float, seen: set[str], path: str) -> None:
    """Refuse a value that has the name of another: files are named by 12 digits."""
    name = f"{item + 0.0:.12g}"
    if name in seen:
        raise ConfigurationError(
            f"{path} holds {name} twice, to 12 digits; allowed: each value once"
        )
    seen.add(name)


def _integers(value: Any) -> tuple[int, ...]:
    return tuple(int(item) for item in (value if isinstance(value, list) else [value]))


def _parse_experiment(
    name: str, block: Mapping[str, Any], config: Mapping[str, Any], features: Mapping[str, int]
) -> Experiment:
    path = f"experiments.{name}"
    datasets = block["dataset"] if isinstance(block["dataset"], list) else [block["dataset"]]
    for dataset in datasets:
        if dataset not in config["datasets"]:
            raise ConfigurationError(
                f"{path}.dataset is {shown(dataset)}; allowed: {listed(config['datasets'])}"
            )
    network = block["network"]
    depths = _integers(network["depth"])
    if min(depths) < 2:
        figures = [
            figure
            for figure, figure_block in config["figures"].items()
            if figure_block.get("experiment") == name
        ]
        lost = f"figures {listed(figures)}" if figures else "its figures"
        raise ConfigurationError(
            f"{path}.network.depth is {min(depths)}; allowed: at least 2, since the sharpness of "
            f"one layer is the same everywhere and {lost} cannot be made"
        )
    if network["kind"] == "mlp" and network["initialisation"] == "residual":
        raise ConfigurationError(
            f"{path}.network.initialisation is 'residual'; allowed for an mlp: gaussian"
        )
    if network["kind"] == "linear" and "gelu" in network:
        raise ConfigurationError(f"{path}.network.gelu is not a key of a linear network")
    for dataset in datasets:
        for width in _integers(network.get("width", features[dataset])):
            if network["initialisation"] == "residual" and width != features[dataset]:
                raise ConfigurationError(
                    f"{path}.network.width is {width}; allowed for a residual network: "
                    f"{features[dataset]}, the features of {dataset}"
                )
    init_scales = _axis(block["init_scale"], f"{path}.init_scale")
    sweep: list[SweepBlock] = []
    seen: set[str] = set()
    for position, entry in enumerate(block["sweep"]):
        rates = _axis(entry["learning_rate"], f"{path}.sweep[{position}].learning_rate")
        for rate in rates:
            _add_distinct(rate, seen, f"{path}.sweep[{position}].learning_rate")
        sweep.append(SweepBlock(rates, int(entry["steps"]), int(entry["repetitions"])))
    return Experiment(
        name=name,
        datasets=tuple(datasets),
        kind=network["kind"],
        initialisation=network["initialisation"],
        gelu=network.get("gelu", "tanh"),
        depths=depths,
        widths=_integers(network["width"]) if "width" in network else None,
        features={dataset: features[dataset] for dataset in datasets},
        init_scales=init_scales,
        sweep=tuple(sweep),
        runs_per_job=int(block.get("runs_per_job", config["training"]["runs_per_job"])),
        record_every=int(block["record_every"]) if "record_every" in block else None,
        section=block.get("section", Experiment.section),
    )


def _parse_measurement(
    name: str, block: Mapping[str, Any], features: Mapping[str, int]
) -> dict[str, Any]:
    """Return a measurement with its axes written out as lists."""
    path = f"measurements.{name}"
    for dataset in block.get("dataset", []):
        if dataset not in features:
            raise ConfigurationError(
                f"{path}.dataset holds {shown(dataset)}; allowed: {listed(features)}"
            )
    if "residual" in block.get("initialisation", []) and "width" in block:
        raise ConfigurationError(
            f"{path}.width is given, but a residual network is as wide as its data has features; "
            "allowed: no width with the residual initialisation"
        )
    written_out = dict(block)
    for key in ("depth", "width", "steps"):
        if key in block and not (key == "steps" and block["kind"] == "descent"):
            written_out[key] = list(_integers(block[key]))
    if min(written_out.get("depth", [2])) < 2 and block["kind"] != "products":
        raise ConfigurationError(
            f"{path}.depth is {min(written_out['depth'])}; allowed: at least 2, since the theory "
            "of minimal sharpness needs two layers"
        )
    for key in ("init_scale", "learning_rate", "relative_rate", "factors"):
        if key in block:
            written_out[key] = list(_axis(block[key], f"{path}.{key}"))
    networks = math.prod(
        len(value) for key, value in written_out.items() if isinstance(value, list)
    )
    if networks > MOST_NETWORKS:
        raise ConfigurationError(
            f"{path} goes through {networks} combinations of its lists; allowed: {MOST_NETWORKS}"
        )
    if block["kind"] == "drift":
        steps = block["time"] / min(written_out["learning_rate"])
        if steps > MOST_STEPS:
            raise ConfigurationError(
                f"{path}.time takes {steps:.3g} steps of the smallest learning rate; allowed: "
                f"{MOST_STEPS}"
            )
    if not block.get("lowest", 0) < block.get("highest", 1):
        raise ConfigurationError(
            f"{path}.lowest is {block['lowest']}; allowed: less than highest, {block['highest']}"
        )
    return written_out
