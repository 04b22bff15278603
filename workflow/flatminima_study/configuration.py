"""From the text of config.yaml to a study that is known to make sense.

Whatever is wrong is a `ConfigurationError` with one sentence: the key, what it is, and
what is allowed.
"""

import math
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from jsonschema import Draft202012Validator, ValidationError

from flatminima.datasets import DatasetError, read_dataset
from flatminima_study.plan import RESERVED_TARGETS, Experiment, Study, SweepBlock

__all__ = ["ConfigurationError", "check_targets", "parse_study"]

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"
LINEAR_THEORY = {
    "lower_bound",
    "minimal_sharpness",
    "balanced_sharpness",
    "upper_bound",
    "flow_bound",
    "critical_learning_rate",
    "paper_critical_learning_rate",
}


class ConfigurationError(ValueError):
    """Something in the configuration that cannot be; the message is one sentence."""


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
    _check_numbers(config, "")
    _check_schema(config)
    features = {}
    for name, dataset in config["datasets"].items():
        if "features" in dataset:
            features[name] = dataset["features"]
        else:
            try:
                features[name] = read_dataset(dataset["path"], dataset.get("target")).features
            except DatasetError as error:
                raise ConfigurationError(f"datasets.{name}.path: {error}") from None
    experiments = {
        name: _parse_experiment(name, block, config, features)
        for name, block in config["experiments"].items()
    }
    measurements = {
        name: _parse_measurement(name, block, features)
        for name, block in config["measurements"].items()
    }
    for figure, block in config["figures"].items():
        if block["kind"] == "measurement":
            _check_measured_figure(figure, block, measurements)
        else:
            _check_figure(figure, block, experiments)
    return Study(
        seed=int(config["seed"]),
        gradient_tolerance=float(config["training"]["gradient_tolerance"]),
        datasets={name: dict(dataset) for name, dataset in config["datasets"].items()},
        experiments=experiments,
        measurements=measurements,
        figures={name: dict(figure) for name, figure in config["figures"].items()},
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
        config["figures"] = {
            str(name) if isinstance(name, int) and not isinstance(name, bool) else name: figure
            for name, figure in figures.items()
        }
    return config


def _check_numbers(value: Any, path: str) -> None:
    """Refuse what no schema sees: infinite numbers, and keys that YAML did not read as text."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigurationError(f"{path} is {value}; allowed: a finite number")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ConfigurationError(
                    f"{path or 'config.yaml'} has the key {key!r}, which YAML does not read as "
                    f"text; allowed: a name, in quotes if need be"
                )
            _check_numbers(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            _check_numbers(item, f"{path}[{position}]")


def _check_schema(config: Mapping[str, Any]) -> None:
    validator = Draft202012Validator(yaml.safe_load(SCHEMA.read_text()))
    errors = sorted(
        validator.iter_errors(config), key=lambda error: (len(error.path), str(error.path))
    )
    if errors:
        raise ConfigurationError(_sentence(errors[0]))


def _sentence(error: ValidationError) -> str:
    """Say in one sentence what a schema error is about."""
    path = _dotted(error.absolute_path)
    keyword, schema, value = error.validator, error.schema, error.instance
    if keyword == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        unknown = next(key for key in value if key not in allowed)
        near = get_close_matches(unknown, allowed, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        where = f"{path}.{unknown}" if path else unknown
        return f"{where} is not a known key{hint}; allowed here: {', '.join(allowed)}"
    if keyword == "required":
        missing = next(key for key in error.validator_value if key not in value)
        where = f"{path}.{missing}" if path else missing
        return f"{where} is missing; it must be given"
    if keyword == "minProperties":
        return f"{path} is empty; allowed: at least one entry"
    if keyword == "minItems":
        return f"{path} is {_shown(value)}; allowed: at least {schema['minItems']} value(s)"
    if keyword == "uniqueItems":
        twice = next(item for position, item in enumerate(value) if item in value[:position])
        return f"{path} holds {_shown(twice)} twice; allowed: each value once"
    if "propertyNames" in error.schema_path or keyword in ("pattern", "maxLength"):
        allowed = schema.get("description", "a plain name")
        where = f"{path}.{value}" if path else value
        return f"{where} is not allowed as a name; allowed: {_lowered(allowed)}"
    hint = ""
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", value):
        hint = f" (YAML reads {value} as text; write {value.lower().replace('e', '.0e')})"
    return f"{path or 'config.yaml'} is {_shown(value)}{hint}; allowed: {_allowed(schema)}"


def _dotted(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")


def _allowed(schema: Mapping[str, Any]) -> str:
    """Describe in words what a schema lets pass."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    words = {
        "integer": "an integer",
        "number": "a number",
        "string": "text",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping of keys" if len(kinds) == 1 else "a grid {from, to, count, spacing}",
    }
    bounds = []
    if "exclusiveMinimum" in schema:
        bounds.append(f"greater than {schema['exclusiveMinimum']}")
    if "minimum" in schema:
        bounds.append(f"at least {schema['minimum']}")
    if "maximum" in schema:
        bounds.append(f"at most {schema['maximum']:g}")
    described = [words[kind] for kind in kinds]
    if bounds and described:
        described[0] += " " + " and ".join(bounds)
    return " or ".join(described)


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
    for position, item in enumerate(values):
        if item in values[:position]:
            raise ConfigurationError(f"{path} holds {item:g} twice; allowed: each value once")
    return values


def _integers(value: Any) -> tuple[int, ...]:
    return tuple(int(item) for item in (value if isinstance(value, list) else [value]))


def _parse_experiment(
    name: str, block: Mapping[str, Any], config: Mapping[str, Any], features: Mapping[str, int]
) -> Experiment:
    path = f"experiments.{name}"
    if name in RESERVED_TARGETS or name.startswith("figure_"):
        raise ConfigurationError(
            f"{path} has the name of a target of the workflow; allowed: any other name than "
            f"{', '.join(sorted(RESERVED_TARGETS))} and figure_..."
        )
    datasets = block["dataset"] if isinstance(block["dataset"], list) else [block["dataset"]]
    for dataset in datasets:
        if dataset not in config["datasets"]:
            raise ConfigurationError(
                f"{path}.dataset is {dataset!r}; allowed: {', '.join(config['datasets'])}"
            )
    network = block["network"]
    depths = _integers(network["depth"])
    if min(depths) < 2:
        figures = [
            figure
            for figure, figure_block in config["figures"].items()
            if figure_block.get("experiment") == name
        ]
        lost = f"figures {', '.join(figures)}" if figures else "its figures"
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
    sweep, seen = [], set()
    for position, entry in enumerate(block["sweep"]):
        rates = _axis(entry["learning_rate"], f"{path}.sweep[{position}].learning_rate")
        for rate in rates:
            if rate in seen:
                raise ConfigurationError(
                    f"{path}.sweep[{position}].learning_rate holds {rate:g}, which the sweep has "
                    "already; allowed: each learning rate once"
                )
            seen.add(rate)
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
    )


def _parse_measurement(
    name: str, block: Mapping[str, Any], features: Mapping[str, int]
) -> dict[str, Any]:
    """Return a measurement with its axes written out as lists."""
    path = f"measurements.{name}"
    for dataset in block.get("dataset", []):
        if dataset not in features:
            raise ConfigurationError(
                f"{path}.dataset holds {dataset!r}; allowed: {', '.join(features)}"
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
    if not block.get("lowest", 0) < block.get("highest", 1):
        raise ConfigurationError(
            f"{path}.lowest is {block['lowest']}; allowed: less than highest, {block['highest']}"
        )
    return written_out


def _check_measured_figure(
    figure: str, block: Mapping[str, Any], measurements: Mapping[str, Any]
) -> None:
    allowed = [*measurements, "critical_rates"]
    if block["measurement"] not in allowed:
        raise ConfigurationError(
            f"figures.{figure}.measurement is {block['measurement']!r}; allowed: "
            f"{', '.join(allowed)}"
        )


def _check_figure(
    figure: str, block: Mapping[str, Any], experiments: Mapping[str, Experiment]
) -> None:
    path = f"figures.{figure}"
    if block["experiment"] not in experiments:
        raise ConfigurationError(
            f"{path}.experiment is {block['experiment']!r}; allowed: {', '.join(experiments)}"
        )
    experiment = experiments[block["experiment"]]
    if block["kind"] == "trajectory" and experiment.record_every is None:
        raise ConfigurationError(
            f"{path}.experiment is {experiment.name!r}, which records no trajectories; allowed: "
            "an experiment with record_every"
        )
    if block.get("lines") is not None and block.get("lines") == block.get("x"):
        raise ConfigurationError(
            f"{path}.lines is {block['x']!r}, the axis x; allowed: another axis"
        )
    for key in ("x_range", "y_range"):
        low, high = block.get(key, (0, 1))
        if not low < high:
            raise ConfigurationError(
                f"{path}.{key} is [{low}, {high}]; allowed: the lower end first"
            )
        if block.get(f"{key[0]}_scale") == "log" and not low > 0 and key in block:
            raise ConfigurationError(
                f"{path}.{key} starts at {low}; allowed on a log scale: above 0"
            )
    if experiment.kind != "linear":
        for reference in block.get("references", []):
            if reference in LINEAR_THEORY:
                raise ConfigurationError(
                    f"{path}.references holds {reference}, a theory of linear networks, but "
                    f"{experiment.name} trains an mlp; allowed: two_over_learning_rate"
                )
        for quantity in _quantities(block):
            if "distance" in quantity:
                raise ConfigurationError(
                    f"{path} draws {quantity}, but an mlp has no distance to w*; allowed: "
                    "sharpness, risks and probabilities"
                )
    _check_reference_axes(path, block)
    _check_selection(path, block, experiment)
    if block["kind"] == "sweep":
        _check_open_axes(path, block, experiment)


def _check_reference_axes(path: str, block: Mapping[str, Any]) -> None:
    """Refuse a line of theory on an axis that shows something else."""
    shown = {block.get("x"), block.get("y"), *block.get("panels", ["sharpness"])}
    for reference in block.get("references", []):
        if reference in ("critical_learning_rate", "paper_critical_learning_rate"):
            if block.get("x") != "learning_rate":
                raise ConfigurationError(
                    f"{path}.references holds {reference}, which is a learning rate, but x is "
                    f"{block.get('x', 'step')!r}; allowed: lines of what the figure shows"
                )
        elif block["kind"] == "sweep" and not shown & {"final_sharpness", "initial_sharpness"}:
            raise ConfigurationError(
                f"{path}.references holds {reference}, which is a sharpness, but y is "
                f"{block['y']!r}; allowed: lines of what the figure shows"
            )


def _quantities(block: Mapping[str, Any]) -> Iterator[str]:
    if block["kind"] == "trajectory":
        yield from block.get("panels", ["distance", "sharpness"])
    else:
        yield from (block[key] for key in ("x", "y", "baseline") if key in block)


def _selected(wanted: Any, values: tuple) -> list:
    """Return the values that a selection leaves."""
    if isinstance(wanted, list):
        return [value for value in values if value in wanted]
    low, high = wanted.get("at_least", -math.inf), wanted.get("at_most", math.inf)
    return [value for value in values if low <= value <= high]


def _check_selection(path: str, block: Mapping[str, Any], experiment: Experiment) -> None:
    """Refuse a selection of what is not there, or that leaves nothing to draw."""
    for axis, wanted in block.get("select", {}).items():
        present = experiment.axis_values(axis)
        missing = [value for value in wanted if value not in present]
        if isinstance(wanted, list) and missing:
            raise ConfigurationError(
                f"{path}.select.{axis} holds {_shown(missing[0])}, which {experiment.name} "
                f"does not have; allowed: {', '.join(map(str, present))}"
            )
        if not _selected(wanted, present):
            raise ConfigurationError(
                f"{path}.select.{axis} leaves nothing of {experiment.name} to draw; it has "
                f"{', '.join(map(str, present))}"
            )


def _check_open_axes(path: str, block: Mapping[str, Any], experiment: Experiment) -> None:
    """Refuse a sweep that would draw several values of an axis as one line."""
    for axis in ("dataset", "depth", "width", "learning_rate", "init_scale"):
        values = experiment.axis_values(axis)
        if axis in block.get("select", {}):
            values = _selected(block["select"][axis], values)
        follows_dataset = axis == "width" and experiment.widths is None
        if axis not in (block["x"], block["lines"]) and len(values) > 1 and not follows_dataset:
            raise ConfigurationError(
                f"{path} leaves {len(values)} values of {axis} open; allowed: one, by select, or "
                f"the axis as x or as lines"
            )
