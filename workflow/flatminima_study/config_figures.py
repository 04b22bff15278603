"""What a figure asks for, against what its experiment or measurement has."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from flatminima_study.config_schema import ConfigurationError, listed, shown
from flatminima_study.plan import Experiment

__all__ = ["check_figure", "check_measured_figure"]

LINEAR_THEORY = {
    "lower_bound",
    "minimal_sharpness",
    "balanced_sharpness",
    "upper_bound",
    "flow_bound",
    "critical_learning_rate",
    "paper_critical_learning_rate",
}


def check_measured_figure(
    figure: str, block: Mapping[str, Any], measurements: Mapping[str, Any]
) -> None:
    """Refuse a figure of a measurement that there is not."""
    path = f"figures.{figure}"
    allowed = list(measurements)
    if any(measurement["kind"] == "critical_rate" for measurement in measurements.values()):
        allowed.append("critical_rates")
    if block["measurement"] not in allowed:
        raise ConfigurationError(
            f"{path}.measurement is {shown(block['measurement'])}; allowed: {listed(allowed)}"
        )
    _check_ranges(path, block)


def check_figure(
    figure: str, block: Mapping[str, Any], experiments: Mapping[str, Experiment]
) -> None:
    """Refuse a figure of what its experiment has not, or that says something untrue."""
    path = f"figures.{figure}"
    if block["experiment"] not in experiments:
        raise ConfigurationError(
            f"{path}.experiment is {shown(block['experiment'])}; allowed: {listed(experiments)}"
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
    _check_ranges(path, block)
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
        _check_baseline(path, block, experiment)


def _check_ranges(path: str, block: Mapping[str, Any]) -> None:
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
                f"{path}.select.{axis} holds {shown(missing[0])}, which {experiment.name} "
                f"does not have; allowed: {listed(present)}"
            )
        if not _selected(wanted, present):
            raise ConfigurationError(
                f"{path}.select.{axis} leaves nothing of {experiment.name} to draw; it has "
                f"{listed(present)}"
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


def _check_baseline(path: str, block: Mapping[str, Any], experiment: Experiment) -> None:
    """Refuse a baseline of initialisations that differ from line to line."""
    lines = block["lines"]
    if "baseline" not in block or lines == "learning_rate":
        return
    values = experiment.axis_values(lines)
    if lines in block.get("select", {}):
        values = _selected(block["select"][lines], values)
    if len(values) > 1:
        raise ConfigurationError(
            f"{path}.baseline is one line, but each line of another {lines} starts "
            "elsewhere; allowed: a baseline where lines is learning_rate"
        )
