"""From the content of config.yaml to a study that is known to make sense.

Whatever is wrong is a `ConfigurationError` with one sentence: the key, what it is, and
what is allowed.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from flatminima.core.kinds import Misfit, load, names
from flatminima.datasets import DatasetKind
from flatminima.measurements import Measurement
from flatminima.networks import NetworkKind
from flatminima.quantities import default_quantities
from flatminima_study.configuration.axes import check_distinct
from flatminima_study.configuration.blocks import (
    SECTIONS,
    ExperimentBlock,
    PaperBlock,
    StudyBlock,
)
from flatminima_study.configuration.checks import Known, Referred, build
from flatminima_study.configuration.names import check_names, file_of
from flatminima_study.configuration.refusals import ConfigurationError, listed, located, shown
from flatminima_study.configuration.text import read_text
from flatminima_study.planning.study import (
    MAIN_PAPER,
    Experiment,
    Paper,
    Study,
    SweepBlock,
)

__all__ = ["PAPERS", "parse_study"]

PAPERS = Path(__file__).parents[2] / "flatminima_papers"
RESULTS = Path("results")

# In all experiments together; Snakemake plans 20,000 jobs in a minute.
MOST_RUNS = 10_000_000
MOST_JOBS = 20_000
# In one measurement, which is one job.
MOST_NETWORKS = 100_000


def parse_study(config: Mapping[str, Any]) -> Study:
    """Check a configuration and return the study it describes, its companion papers included.

    Args:
        config: The content of config.yaml.

    Returns:
        The study, with grids written out and defaults filled in.

    Raises:
        ConfigurationError: At the first thing that is wrong.
    """
    main: StudyBlock = build(StudyBlock, _without_nulls(config), "")
    papers = {MAIN_PAPER: main} | {name: _read_paper(name) for name in main.papers}
    check_names(papers)
    study = Study(
        seed=main.seed,
        gradient_tolerance=main.training.gradient_tolerance,
        datasets={},
        experiments={},
        measurements={},
        figures={},
        papers={},
    )
    for name, block in papers.items():
        with _inside(name):
            _add(name, block, study, main.training.runs_per_job)
    _check_size(study.experiments)
    return study


def _without_nulls(values: Any) -> Any:
    """Leave out what is null, by which a file that is added drops a block or a key."""
    if not isinstance(values, Mapping):
        return values
    return {key: _without_nulls(value) for key, value in values.items() if value is not None}


@contextmanager
def _inside(paper: str):
    """Say of an error in a companion paper in which file it is."""
    try:
        yield
    except ConfigurationError as error:
        if paper == MAIN_PAPER:
            raise
        raise ConfigurationError(f"{file_of(paper)}: {error}") from None


@contextmanager
def _at(path: str):
    """Say of keys that do not go together where they stand."""
    try:
        yield
    except Misfit as misfit:
        raise ConfigurationError(located(path, misfit)) from None


def _read_paper(name: str) -> PaperBlock:
    """Read a companion paper, as strictly as config.yaml."""
    path = PAPERS / name / "paper.yaml"
    if not path.is_file():
        there = sorted(file.parent.name for file in PAPERS.glob("*/paper.yaml"))
        raise ConfigurationError(
            f"papers holds {shown(name)}, but there is no {file_of(name)}; allowed: "
            f"{listed(there) or 'none, as there are no such files'}"
        )
    try:
        content = read_text(path, PaperBlock)
    except ConfigurationError as error:
        raise ConfigurationError(str(error).replace(str(path), file_of(name))) from None
    with _inside(name):
        return build(PaperBlock, content, "")


def _add(paper_name: str, paper: StudyBlock | PaperBlock, study: Study, runs_per_job: int) -> None:
    """Add the blocks of a paper to the study."""
    names_of = (tuple(getattr(paper, section)) for section in SECTIONS)
    study.papers[paper_name] = Paper(paper_name, paper.title, *names_of)
    optional = set(names("quantities")) - set(default_quantities())
    known = {"quantities": _referable(sorted(optional))}
    for name, path, dataset in _blocks(paper, "datasets", known):
        _check_dataset(dataset, path)
        study.datasets[name] = dataset
    known["datasets"] = _referable(study.datasets)
    for name, path, block in _blocks(paper, "experiments", known):
        study.experiments[name] = _experiment(name, block, path, study.datasets, runs_per_job)
    known["experiments"] = _referable(study.experiments)
    for name, path, measurement in _blocks(paper, "measurements", known):
        _check_measurement(measurement, path, study.datasets)
        study.measurements[name] = measurement
    known["measurements"] = _tables(study, study.papers[paper_name])
    known["figures"] = {}
    for name, path, figure in _blocks(paper, "figures", known):
        with _at(path):
            figure = figure.resolved(study.figures)
            for piece in figure.parts():
                piece.check(study.view_of(piece))
        study.figures[name] = figure
        known["figures"][name] = Referred(name)


def _blocks(
    paper: StudyBlock | PaperBlock, section: str, known: Known
) -> Iterator[tuple[str, str, Any]]:
    """Yield the name, the path and what is built of each block in a part of a configuration."""
    for name, block in getattr(paper, section).items():
        path = f"{section}.{name}"
        yield name, path, build(SECTIONS[section], block, path, known)


def _referable(names: Iterable[str]) -> dict[str, Referred]:
    return {name: Referred(name) for name in names}


def _tables(study: Study, paper: Paper) -> dict[str, Referred]:
    """Return what a paper's figures may draw: all measurements, and its own reduced tables."""
    tables = {name: name for name in study.measurements} | {
        load("measurements", kind).reduced: table
        for table, kind in study.reduced_tables(paper).items()
    }
    return {
        name: Referred(table, frozenset(c.name for c in study.measured_view(table).columns))
        for name, table in tables.items()
    }


def _check_dataset(dataset: DatasetKind, path: str) -> None:
    """Refuse data that cannot be used, or a user's file among what the study itself makes."""
    for file in dataset.reads():
        if Path(file).resolve().is_relative_to(RESULTS.resolve()):
            raise ConfigurationError(
                f"{path}.path is {shown(file)}, inside {RESULTS}/, which the study itself makes; "
                "allowed: any other place"
            )
    with _at(path):
        dataset.size()


def _check_measurement(
    measurement: Measurement, path: str, datasets: Mapping[str, DatasetKind]
) -> None:
    """Refuse keys of a measurement that do not go together, or one that is too large."""
    values = (getattr(measurement, field.name) for field in fields(measurement))
    networks = math.prod(len(value) for value in values if isinstance(value, tuple))
    if networks > MOST_NETWORKS:
        raise ConfigurationError(
            f"{path} goes through {networks} combinations of its lists; allowed: {MOST_NETWORKS}"
        )
    with _at(path):
        measurement.check(
            {name: datasets[name].size() for name in measurement.referred("datasets")}
        )


def _experiment(
    name: str,
    block: ExperimentBlock,
    path: str,
    datasets: Mapping[str, DatasetKind],
    runs_per_job: int,
) -> Experiment:
    """Return an experiment, whose keys go together."""
    sizes = {dataset: datasets[dataset].size() for dataset in block.dataset}
    optimiser = block.optimiser or load("optimisers", "gradient_descent")()
    _check_needs("optimisers", optimiser.name(), block.network, f"{path}.optimiser")
    for size in sizes.values():
        with _at(f"{path}.network"):
            list(block.network.cells(size))
        with _at(f"{path}.optimiser"):
            list(optimiser.settings(size.samples))
    for place, quantity in enumerate(block.measure):
        where = f"{path}.measure[{place}]"
        _check_needs("quantities", quantity, block.network, where, default_quantities())
    seen: set[str] = set()
    for place, entry in enumerate(block.sweep):
        with _at(f"{path}.sweep[{place}]"):
            check_distinct("learning_rate", entry.learning_rate, seen)
    return Experiment(
        name=name,
        datasets=sizes,
        network=block.network,
        optimiser=optimiser,
        quantities=(*default_quantities(), *block.measure),
        init_scales=block.init_scale,
        sweep=tuple(
            SweepBlock(
                entry.learning_rate,
                entry.steps,
                entry.repetitions,
                entry.runs_per_job or block.runs_per_job or runs_per_job,
            )
            for entry in block.sweep
        ),
        record_every=block.record_every,
        section=block.section,
    )


def _check_needs(
    family: str, name: str, network: NetworkKind, where: str, refused: Iterable[str] = ()
) -> None:
    """Refuse an optimiser or a quantity that needs what a network does not offer.

    Args:
        family: Of the two.
        name: The name of the kind.
        network: The network.
        where: The key.
        refused: Kinds of the family that this key does not allow for another reason.
    """
    missing = load(family, name).needs - network.offers
    if missing:
        others = [other for other in names(family) if other not in refused]
        allowed = [other for other in others if load(family, other).needs <= network.offers]
        raise ConfigurationError(
            f"{where} is {shown(name)}, which needs what networks of the kind {network.name()} do "
            f"not offer ({listed(sorted(missing))}); allowed: {listed(allowed)}"
        )


def _check_size(experiments: Mapping[str, Experiment]) -> None:
    """Refuse a study too large to be planned."""
    runs = jobs = 0
    for name, experiment in experiments.items():
        networks = cells = 0
        for size in experiment.datasets.values():
            of_data = len(list(experiment.network.cells(size)))
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
