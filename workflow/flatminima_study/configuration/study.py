"""From the content of config.yaml to a study that is known to make sense.

Whatever is wrong is a `ConfigurationError` with one sentence: the key, what it is, and
what is allowed.
"""

import math
import re
from collections.abc import Iterable, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from flatminima.datasets import DatasetKind, DataSize
from flatminima.figures import FigureKind
from flatminima.kinds import Kind, Misfit, Reference, load, marked_fields, names, nested_blocks
from flatminima.measurements import Measurement
from flatminima.quantities import default_quantities
from flatminima_study.configuration.axes import add_distinct, written_out
from flatminima_study.configuration.blocks import ExperimentBlock, SweepEntry
from flatminima_study.configuration.refusals import ConfigurationError, joined, listed, shown
from flatminima_study.configuration.schema import (
    adapter,
    check_schema,
    named_kinds,
    paper_schema,
    study_schema,
)
from flatminima_study.configuration.text import read_text
from flatminima_study.configuration.values import check_values
from flatminima_study.planning.study import (
    MAIN_PAPER,
    Experiment,
    Paper,
    Study,
    SweepBlock,
    reduced_name,
)

__all__ = ["PAPERS", "SECTIONS", "check_targets", "parse_study"]

WORKFLOW = Path(__file__).parents[2]
RULES = WORKFLOW / "rules"
PAPERS = WORKFLOW / "papers"
RESULTS = Path("results")

SECTIONS = ("datasets", "experiments", "measurements", "figures")

MAIN_TITLE = "Marion and Chizat"

# In all experiments together; Snakemake plans 20,000 jobs in a minute.
MOST_RUNS = 10_000_000
MOST_JOBS = 20_000
# In one measurement, which is one job.
MOST_NETWORKS = 100_000

RESERVED_TARGETS = {
    *("all", "datasets", "runs", "summaries", "figures", "theory", "explorer", "verify"),
    *("claims", "critical_rates", "overview", "benchmark", "cost", "crate", "dag", "report"),
    *("readme_figure", "api", MAIN_PAPER),
}
"""Targets and tables of the workflow, which no experiment may be called."""

RESERVED_FILES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""What no file may be called on Windows and its file systems, whatever the ending."""


@dataclass(frozen=True)
class Part:
    """The blocks of one paper, checked against their schema.

    Attributes:
        where: What an error in it starts with: its file, nothing for config.yaml.
    """

    name: str
    title: str
    where: str
    blocks: Mapping[str, Mapping[str, Any]]


def parse_study(config: Mapping[str, Any]) -> Study:
    """Check a configuration and return the study it describes, its companion papers included.

    Args:
        config: The content of config.yaml.

    Returns:
        The study, with grids written out and defaults filled in.

    Raises:
        ConfigurationError: At the first thing that is wrong.
    """
    config = _checked(config, study_schema)
    parts = [Part(MAIN_PAPER, MAIN_TITLE, "", config)]
    parts += [_read_paper(name) for name in config.get("papers", [])]
    _check_names(parts)
    study = Study(
        seed=config["seed"],
        gradient_tolerance=float(config["training"]["gradient_tolerance"]),
        datasets={},
        experiments={},
        measurements={},
        figures={},
        papers={},
    )
    sizes: dict[str, DataSize] = {}
    for part in parts:
        with _inside(part.where):
            _add(part, study, sizes, config["training"]["runs_per_job"])
    _check_size(study.experiments)
    return study


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


@contextmanager
def _inside(where: str):
    """Say of an error in which file it is."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}" if where else str(error)) from None


@contextmanager
def _at(path: str):
    """Say of keys that do not go together where they stand."""
    try:
        yield
    except Misfit as misfit:
        where = f"{path}.{misfit.key}" if misfit.key else path
        raise ConfigurationError(f"{where} {misfit.problem}") from None


def _checked(config: Any, schema: Any) -> dict[str, Any]:
    """Return a configuration that its schema accepts."""
    config = _with_text_names(config)
    check_values(config)
    check_schema(config, schema(named_kinds(config)))
    return config


def _read_paper(name: str) -> Part:
    """Read a companion paper, as strictly as config.yaml."""
    path = PAPERS / f"{name}.yaml"
    if not path.is_file():
        there = sorted(file.stem for file in PAPERS.glob("*.yaml"))
        raise ConfigurationError(
            f"papers holds {shown(name)}, but there is no workflow/papers/{name}.yaml; allowed: "
            f"{listed(there) or 'none, as there are no such files'}"
        )
    where = f"workflow/papers/{name}.yaml"
    keys = ("title", *SECTIONS)
    try:
        content = read_text(path, keys)
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace(str(path), where)) from None
    with _inside(where):
        content = _checked(content, paper_schema)
    return Part(name, content["title"], where, content)


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


def _check_names(parts: Iterable[Part]) -> None:
    """Refuse names that are, or on some file system would be, the name of something else."""
    papers = {part.name.lower() for part in parts}
    reserved = RESERVED_TARGETS | _rule_names() | papers
    seen: dict[tuple[str, str], tuple[str, Part]] = {}
    for part in parts:
        if part.where and (
            part.name.lower() in RESERVED_TARGETS | _rule_names() | RESERVED_FILES
            or part.name.lower().startswith("figure_")
        ):
            raise ConfigurationError(
                f"papers holds {part.name!r}, which is a name of the workflow's own; allowed: any "
                "other"
            )
        for section in SECTIONS:
            for name in part.blocks.get(section, {}):
                lower = name.lower()
                where = f"{part.where}: {section}.{name}" if part.where else f"{section}.{name}"
                if (section, lower) in seen:
                    raise ConfigurationError(_clash(where, part, *seen[section, lower]))
                if lower in RESERVED_FILES:
                    raise ConfigurationError(
                        f"{where} is a name that Windows keeps for itself; allowed: any other"
                    )
                if section == "experiments" and (lower in reserved or lower.startswith("figure_")):
                    raise ConfigurationError(
                        f"{where} has the name of a target of the workflow; allowed: any other "
                        f"name than {', '.join(sorted(reserved))} and figure_..."
                    )
                seen[section, lower] = (name, part)


def _clash(where: str, part: Part, other: str, earlier: Part) -> str:
    """Say that a name is there twice, in one paper or in two."""
    if part is earlier:
        return (
            f"{where} differs from {other} in upper and lower case alone; allowed: names that are "
            "different files everywhere"
        )
    return (
        f"{where} has the name of {other} in {earlier.where or 'config.yaml'}; allowed: a name "
        "once in all papers"
    )


@cache
def _rule_names() -> frozenset[str]:
    """The rules of the workflow; an experiment is one more."""
    text = "".join(path.read_text() for path in RULES.glob("*.smk"))
    return frozenset(re.findall(r"^ *(?:use )?rule (?:\w+ as )?(\w+)", text, re.MULTILINE))


def _add(part: Part, study: Study, sizes: dict[str, DataSize], runs_per_job: int) -> None:
    """Add the blocks of a paper to the study."""
    blocks = {section: part.blocks.get(section, {}) for section in SECTIONS}
    paper = Paper(part.name, part.title, *(tuple(blocks[section]) for section in SECTIONS))
    study.papers[part.name] = paper
    for name, block in blocks["datasets"].items():
        path = f"datasets.{name}"
        dataset: DatasetKind = _build(load("datasets", block["kind"]), block, path, {})
        _check_place(dataset, path)
        with _at(path):
            sizes[name] = dataset.size()
        study.datasets[name] = dataset
    known: dict[str, Iterable[str]] = {"datasets": study.datasets}
    for name, block in blocks["experiments"].items():
        experiment = _parse_experiment(name, block, known, sizes, runs_per_job)
        study.experiments[name] = experiment
    known["experiments"] = study.experiments
    for name, block in blocks["measurements"].items():
        path = f"measurements.{name}"
        kind = load("measurements", block["kind"])
        measurement: Measurement = _build(kind, block, path, known)
        _check_measurement(measurement, path, sizes)
        study.measurements[name] = measurement
    tables = [*study.measurements, *study.reduced_tables(paper)]
    known["measurements"] = {
        table: {column.name for column in study.measured_view(table).columns} for table in tables
    }
    for name, block in blocks["figures"].items():
        path = f"figures.{name}"
        reduced = {load("measurements", kind).reduced for kind in study.kinds_measured(paper)}
        block = _with_reduced_names(block, reduced - {None}, part.name)
        figure: FigureKind = _build(load("figures", block["kind"]), block, path, known)
        with _at(path):
            for piece in figure.parts():
                piece.check(study.view_of(piece))
        study.figures[name] = figure


def _with_reduced_names(block: Mapping[str, Any], reduced: Set[str], paper: str) -> dict[str, Any]:
    """Return a figure's block with the names that reduced tables have among those of all papers."""
    block = dict(block)
    if block.get("measurement") in reduced:
        block["measurement"] = reduced_name(paper, block["measurement"])
    if "beside" in block:
        block["beside"] = [_with_reduced_names(part, reduced, paper) for part in block["beside"]]
    return block


def _build(
    kind: type[Kind], block: Mapping[str, Any], path: str, known: Mapping[str, Iterable[str]]
) -> Any:
    """Return a kind from its block; refuse a name of what is not there."""
    values = written_out(kind, {key: block[key] for key in block if key != "kind"}, path)
    _check_references(kind, block, path, known)
    return adapter(kind).validate_python(values)


def _check_references(
    block_type: type, block: Mapping[str, Any], path: str, known: Mapping[str, Iterable[str]]
) -> None:
    """Refuse a name of a block that is not there."""
    for key, reference in marked_fields(block_type, Reference).items():
        if key not in block:
            continue
        value, allowed = block[key], known[reference.section]
        if reference.columns:
            allowed = [name for name in allowed if reference.columns <= allowed[name]]
        for name in value if isinstance(value, list) else [value]:
            if name not in allowed:
                verb = "holds" if isinstance(value, list) else "is"
                there_is = listed(allowed) or _described(reference)
                raise ConfigurationError(f"{path}.{key} {verb} {shown(name)}; allowed: {there_is}")
    for key, part in nested_blocks(block_type).items():
        for place, inner in enumerate(block.get(key, ())):
            _check_references(part, inner, f"{path}.{key}[{place}]", known)


def _described(reference: Reference) -> str:
    """Say what a name may refer to, where there is no such thing."""
    columns = f" with the columns {listed(sorted(reference.columns))}" if reference.columns else ""
    return f"a name of {reference.section}{columns}, of which there is none"


def _check_place(dataset: DatasetKind, path: str) -> None:
    """Refuse a user's file among what the study itself makes."""
    file = dataset.reads()
    if file is not None and Path(file).resolve().is_relative_to(RESULTS.resolve()):
        raise ConfigurationError(
            f"{path}.path is {shown(file)}, inside {RESULTS}/, which the study itself makes; "
            "allowed: any other place"
        )


def _check_measurement(measurement: Measurement, path: str, sizes: Mapping[str, DataSize]) -> None:
    """Refuse keys of a measurement that do not go together, or one that is too large."""
    networks = math.prod(
        len(value)
        for value in (getattr(measurement, field.name) for field in fields(measurement))
        if isinstance(value, tuple)
    )
    if networks > MOST_NETWORKS:
        raise ConfigurationError(
            f"{path} goes through {networks} combinations of its lists; allowed: {MOST_NETWORKS}"
        )
    with _at(path):
        measurement.check({name: sizes[name] for name in measurement.referred("datasets")})


def _parse_experiment(
    name: str,
    block: Mapping[str, Any],
    known: Mapping[str, Iterable[str]],
    sizes: Mapping[str, DataSize],
    runs_per_job: int,
) -> Experiment:
    path = f"experiments.{name}"
    _check_references(ExperimentBlock, block, path, known)
    written = written_out(ExperimentBlock, block, path)
    network_block = block["network"]
    network = _build(
        load("networks", network_block["kind"]), network_block, f"{path}.network", known
    )
    datasets = {dataset: sizes[dataset] for dataset in written["dataset"]}
    for size in datasets.values():
        with _at(f"{path}.network"):
            list(network.cells(size))
    optimiser_block = block.get("optimiser", {"kind": "gradient_descent"})
    optimiser = _build(
        load("optimisers", optimiser_block["kind"]), optimiser_block, f"{path}.optimiser", known
    )
    for size in datasets.values():
        with _at(f"{path}.optimiser"):
            list(optimiser.settings(size.samples))
    quantities = _quantities(block.get("measure", []), network.offers, path, name)
    sweep: list[SweepBlock] = []
    seen: set[str] = set()
    for position, entry in enumerate(block["sweep"]):
        here = f"{path}.sweep[{position}]"
        parsed = adapter(SweepEntry).validate_python(written_out(SweepEntry, entry, here))
        for rate in parsed.learning_rate:
            add_distinct(rate, seen, f"{here}.learning_rate")
        a_job = parsed.runs_per_job or block.get("runs_per_job", runs_per_job)
        sweep.append(SweepBlock(parsed.learning_rate, parsed.steps, parsed.repetitions, a_job))
    return Experiment(
        name=name,
        datasets=datasets,
        network=network,
        optimiser=optimiser,
        quantities=quantities,
        init_scales=tuple(float(scale) for scale in written["init_scale"]),
        sweep=tuple(sweep),
        record_every=block.get("record_every"),
        section=block.get("section", ExperimentBlock.section),
    )


def _quantities(
    measure: list[str], offers: frozenset[str], path: str, experiment: str
) -> tuple[str, ...]:
    """Return the quantities of an experiment: those of every run, and what it asks for."""
    default = default_quantities()
    for place, name in enumerate(measure):
        allowed = [other for other in names("quantities") if other not in default]
        if name not in allowed:
            raise ConfigurationError(
                f"{joined(path, 'measure')}[{place}] is {shown(name)}; allowed: {listed(allowed)}"
            )
        if not load("quantities", name).needs <= offers:
            raise ConfigurationError(
                f"{path}.measure[{place}] is {name!r}, which the networks of {experiment} do not "
                "have; allowed: other quantities"
            )
    return (*default, *measure)


def _check_size(experiments: Mapping[str, Experiment]) -> None:
    """Refuse a study too large to be planned."""
    runs = jobs = 0
    for name, experiment in experiments.items():
        networks = cells = 0
        for size in experiment.datasets.values():
            of_data = len(experiment.network.depth)
            of_data *= len(experiment.network.width or (size.features,))
            settings = len(list(experiment.optimiser.settings(size.samples)))
            networks += of_data
            cells += of_data * settings * len(experiment.init_scales)
        here = 0
        for entry in experiment.sweep:
            of_entry = cells * len(entry.learning_rates) * entry.repetitions
            # about: the last job of each part may be a small one
            jobs += networks + of_entry // entry.runs_per_job
            here += of_entry
        runs += here
        if runs > MOST_RUNS:
            raise ConfigurationError(
                f"experiments.{name} has {here} runs; allowed: at most {MOST_RUNS} in all "
                "experiments, by fewer values, repetitions or experiments"
            )
        if jobs > MOST_JOBS:
            raise ConfigurationError(
                f"experiments.{name} has {here} runs, which makes about {jobs} training jobs in "
                f"all; allowed: at most {MOST_JOBS}, by a larger runs_per_job or fewer runs"
            )
