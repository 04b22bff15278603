"""The study as data, divided into training jobs.

A cell is one dataset, depth, width, optimiser and learning rate with all scales and repetitions.
A job trains one cell, several neighbouring ones if they fit, or a part of one.  It always trains a
full product of learning rates, repetitions and scales.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from flatminima.core import columns
from flatminima.core.columns import Column
from flatminima.core.kinds import Kind, load, modules
from flatminima.datasets import DatasetKind, DataSize
from flatminima.figures import ExperimentView, FigureKind, MeasurementView
from flatminima.measurements import Measurement
from flatminima.networks import NetworkKind
from flatminima.optimisers import OptimiserKind
from flatminima.quantities import Quantity, ordered, quantity_columns, summarised

__all__ = ["MAIN_PAPER", "Experiment", "Paper", "Reduced", "Study", "SweepBlock", "TrainingJob"]

MAIN_PAPER = "flat_minima"
"""The paper of config.yaml itself."""


@dataclass(frozen=True)
class SweepBlock:
    """Learning rates with the same steps and repetitions, and the number of runs per job."""

    learning_rates: tuple[float, ...]
    steps: int
    repetitions: int
    runs_per_job: int


@dataclass(frozen=True)
class TrainingJob:
    """The runs of one training job: the product of its settings, rates, repetitions and scales.

    Attributes:
        name: Its path below the experiment's folder, without the ending.
        network: The network, of one depth and width.
        optimiser: The optimiser, with one or several settings.
        repetitions: The first one and the one after the last.
        size: The size of the data.
    """

    name: str
    experiment: str
    dataset: str
    network: NetworkKind
    optimiser: OptimiserKind
    quantities: tuple[str, ...]
    learning_rates: tuple[float, ...]
    repetitions: tuple[int, int]
    init_scales: tuple[float, ...]
    steps: int
    record_every: int | None
    size: DataSize

    @property
    def settings(self) -> list[OptimiserKind]:
        """The settings of the optimiser."""
        return list(self.optimiser.settings(self.size.samples))

    @property
    def runs_of_a_setting(self) -> int:
        """The number of runs that each of them trains."""
        first, after = self.repetitions
        return len(self.learning_rates) * (after - first) * len(self.init_scales)

    @property
    def runs(self) -> int:
        """The number of runs."""
        return len(self.settings) * self.runs_of_a_setting

    @property
    def states(self) -> int:
        """The number of measured states of a run: its two ends and the recorded ones."""
        recorded = 0 if self.record_every is None else 1 + -(-self.steps // self.record_every)
        return 2 + recorded

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that decide its results."""
        return [self.network, self.optimiser, *ordered(self.quantities)]


@dataclass(frozen=True)
class Experiment:
    """One experiment of the configuration, with grids written out.

    Attributes:
        datasets: The size of each of its data, by name.
        network: The network, with all depths and widths.
        optimiser: The optimiser, with all settings.
        quantities: The names of the measured quantities.
        section: The heading of its figures in the report.
    """

    name: str
    datasets: Mapping[str, DataSize]
    network: NetworkKind
    optimiser: OptimiserKind
    quantities: tuple[str, ...]
    init_scales: tuple[float, ...]
    sweep: tuple[SweepBlock, ...]
    record_every: int | None
    section: str

    @property
    def learning_rates(self) -> tuple[float, ...]:
        """All learning rates, in order."""
        return tuple(rate for block in self.sweep for rate in block.learning_rates)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that its jobs write."""
        return ("runs",) if self.record_every is None else ("runs", "trajectories")

    @property
    def axes(self) -> dict[str, tuple]:
        """The values of each axis that its runs may differ in."""
        features = (size.features for size in self.datasets.values())
        settings = [
            setting.row()
            for size in self.datasets.values()
            for setting in self.optimiser.settings(size.samples)
        ]
        return {
            "dataset": tuple(self.datasets),
            "depth": self.network.depth,
            "width": self.network.width or tuple(dict.fromkeys(features)),
            "learning_rate": self.learning_rates,
            **{
                column.name: tuple(dict.fromkeys(row[column.name] for row in settings))
                for column in self.optimiser.columns
            },
            "init_scale": self.init_scales,
        }

    @property
    def quantity_kinds(self) -> list[Quantity]:
        """The kinds of the measured quantities."""
        return ordered(self.quantities)

    @property
    def optimiser_axes(self) -> list[str]:
        """The columns in which settings of its optimiser differ."""
        return [column.name for column in self.optimiser.columns]

    @property
    def axis_columns(self) -> list[Column]:
        """The columns of its axes, in the order of the tables."""
        return [*columns.AXES, *self.optimiser.columns]

    @property
    def view(self) -> ExperimentView:
        """What a figure may draw of it."""
        offered = [
            name
            for name in self.quantities
            if load("quantities", name).needs <= self.network.offers
        ]
        runs = [*quantity_columns(offered, "run"), *quantity_columns(offered, "derived")]
        path = [] if self.record_every is None else quantity_columns(offered, "path")
        ends = [*summarised(offered, "end"), *summarised(offered, "start")]
        return ExperimentView(
            name=self.name,
            axes=self.axes,
            offers=self.network.offers,
            network=self.network.describe(),
            runs=runs,
            summary=[*ends, *columns.PROBABILITIES],
            path=path,
            width_follows_dataset=self.network.width is None,
        )

    @cached_property
    def jobs(self) -> dict[str, TrainingJob]:
        """The training jobs of the experiment, by name."""
        return {
            job.name: job
            for dataset, size in self.datasets.items()
            for depth, width in self.network.cells(size)
            for block in self.sweep
            for optimiser in self.optimiser.packed(size.samples, self._settings_a_job(block))
            for job in self._cut(dataset, self.network.at(depth, width), optimiser, block)
        }

    def _settings_a_job(self, block: SweepBlock) -> int:
        runs_of_a_setting = len(block.learning_rates) * block.repetitions * len(self.init_scales)
        return max(1, block.runs_per_job // runs_of_a_setting)

    def _cut(
        self, dataset: str, network: NetworkKind, optimiser: OptimiserKind, block: SweepBlock
    ) -> Iterator[TrainingJob]:
        (depth,), (width,) = network.depth, network.width
        scales = len(self.init_scales)
        rates_a_job = max(1, block.runs_per_job // (block.repetitions * scales))
        repetitions_a_job = max(1, min(block.repetitions, block.runs_per_job // scales))
        scales_a_job = min(scales, block.runs_per_job)
        cell = [dataset, f"depth_{depth}", f"width_{width}"]
        rows = [setting.row() for setting in optimiser.settings(self.datasets[dataset].samples)]
        cell += [f"{name}_{_span([row[name] for row in rows])}" for name in rows[0]]
        for rates in _pieces(block.learning_rates, rates_a_job):
            for repetitions in _pieces(range(block.repetitions), repetitions_a_job):
                for some_scales in _pieces(self.init_scales, scales_a_job):
                    name = [*cell, f"learning_rate_{_span(rates)}"]
                    if repetitions_a_job < block.repetitions:
                        name.append(f"repetition_{_span(repetitions)}")
                    if scales_a_job < scales:
                        name.append(f"init_scale_{_span(some_scales)}")
                    yield TrainingJob(
                        name="/".join(name),
                        experiment=self.name,
                        dataset=dataset,
                        network=network,
                        optimiser=optimiser,
                        quantities=self.quantities,
                        learning_rates=tuple(rates),
                        repetitions=(repetitions[0], repetitions[-1] + 1),
                        init_scales=tuple(some_scales),
                        steps=block.steps,
                        record_every=self.record_every,
                        size=self.datasets[dataset],
                    )


@dataclass(frozen=True)
class Paper:
    """The names of what belongs to one paper.

    Attributes:
        name: The name of its folder and of its target.
        title: Its title for people.
    """

    name: str
    title: str
    datasets: tuple[str, ...]
    experiments: tuple[str, ...]
    measurements: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Reduced:
    """A table to which all measurements of one kind in one paper are reduced.

    Attributes:
        kind: The kind of the measurements.
        measurements: The names of the measurements.
        datasets: The names of the data that they use.
    """

    kind: str
    measurements: tuple[str, ...]
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class Study:
    """The whole study, all papers together."""

    seed: int
    gradient_tolerance: float
    datasets: Mapping[str, DatasetKind]
    experiments: Mapping[str, Experiment]
    measurements: Mapping[str, Measurement]
    figures: Mapping[str, FigureKind]
    papers: Mapping[str, Paper]

    def paper_of(self, section: str, name: str) -> Paper:
        """Return the paper to which a block belongs."""
        return next(paper for paper in self.papers.values() if name in getattr(paper, section))

    @property
    def recorded(self) -> list[str]:
        """The experiments that record trajectories."""
        return [name for name, one in self.experiments.items() if one.record_every]

    @property
    def read_from_files(self) -> list[str]:
        """The data that is read from files of the user."""
        return [name for name, kind in self.datasets.items() if kind.reads()]

    @property
    def papers_with_claims(self) -> list[str]:
        """The papers with claims about some measurements."""
        return [paper.name for paper in self.papers.values() if paper.measurements]

    @property
    def quantity_kinds(self) -> list[Quantity]:
        """The kinds of all quantities that any experiment measures."""
        named = (name for one in self.experiments.values() for name in one.quantities)
        return ordered(dict.fromkeys(named))

    @property
    def summaries(self) -> list[str]:
        """The names of all summaries: paths below results/summaries, without the ending."""
        measured = [f"measurements/{name}" for name in self.measurements]
        judged = [f"claims/{name}" for name in self.papers_with_claims]
        fitted = [
            f"regressions/figure_{name}"
            for name, figure in self.figures.items()
            if figure.regression() is not None
        ]
        return [
            *(f"datasets/{name}" for name in self.read_from_files),
            *(table for name in self.experiments for table in self.tables_of(name)),
            *(*measured, *self.reduced, *judged),
            *(["claims"] if judged else []),
            *(*fitted, "overview"),
        ]

    @property
    def main_summaries(self) -> list[str]:
        """The summaries that the study makes by default.

        A measurement without claims that only figures of the supplement draw is left to them.
        """
        every, main = (
            {table for name in names for table in self.figures[name].tables().values()}
            for names in (self.figures, self.main_figures)
        )
        left = {
            f"measurements/{name}"
            for name, measurement in self.measurements.items()
            if ("measurement", name) in every - main and measurement.name() not in modules("claims")
        }
        return [name for name in self.summaries if name not in left]

    def tables_of(self, experiment: str) -> list[str]:
        """Return the names of an experiment's summaries."""
        recorded = [f"trajectories/{experiment}"] if experiment in self.recorded else []
        return [experiment, *recorded, f"theory/{experiment}"]

    @property
    def reduced(self) -> dict[str, Reduced]:
        """The tables to which measurements are reduced, by name."""
        found = {}
        for paper in self.papers.values():
            for table, kind in self.reduced_tables(paper).items():
                measured = self.kinds_measured(paper)[kind]
                data = (self.measurements[name].referred("datasets") for name in measured)
                datasets = tuple(dict.fromkeys(chain.from_iterable(data)))
                found[table] = Reduced(kind, tuple(measured), datasets)
        return found

    def kinds_of(self, measurements: Iterable[str]) -> list[str]:
        """Return the kind of each measurement."""
        return [self.measurements[name].name() for name in measurements]

    def judged_by(self, paper: Paper) -> list[str]:
        """Return the modules with the claims about a paper's measurements."""
        return [
            modules("claims")[kind]
            for kind in self.kinds_measured(paper)
            if kind in modules("claims")
        ]

    def experiment_of(self, figure: FigureKind) -> Experiment:
        """Return the experiment that a figure draws."""
        return self.experiments[figure.experiment]

    def drawn_quantities(self, figure: FigureKind) -> list[str]:
        """Return the quantities of the runs that a figure draws; none if it draws no runs."""
        draws_runs = "runs" in figure.tables()
        return list(self.experiment_of(figure).quantities) if draws_runs else []

    def kinds_measured(self, paper: Paper) -> dict[str, list[str]]:
        """Return the measurements of a paper by their kind, in the order of the configuration."""
        found: dict[str, list[str]] = {}
        for name in paper.measurements:
            found.setdefault(self.measurements[name].name(), []).append(name)
        return found

    def reduced_tables(self, paper: Paper) -> dict[str, str]:
        """Return, for each reduced table of a paper, the kind of its measurements."""
        return {
            reduced_name(paper.name, load("measurements", kind).reduced): kind
            for kind in self.kinds_measured(paper)
            if load("measurements", kind).reduced is not None
        }

    def measured_view(self, table: str) -> MeasurementView:
        """Return what a figure may draw of a measurement, or of a reduced table."""
        if table in self.measurements:
            return MeasurementView(table, self.measurements[table].columns)
        kind = load("measurements", self.reduced[table].kind)
        return MeasurementView(table, kind.reduced_columns)

    def view_of(self, figure: FigureKind) -> ExperimentView | MeasurementView:
        """Return what a figure may draw of its experiment or measurement."""
        if hasattr(figure, "experiment"):
            return self.experiments[figure.experiment].view
        return self.measured_view(figure.measurement)

    @property
    def main_figures(self) -> list[str]:
        """The figures that the study draws by default."""
        return [name for name, figure in self.figures.items() if not figure.supplement]

    @staticmethod
    def draws_theory(figure: FigureKind) -> bool:
        """Say whether a figure draws measurements alone."""
        return not any(hasattr(part, "experiment") for part in figure.parts())

    def words_of(self, figure: FigureKind) -> dict[str, dict[str, Any]]:
        """Return what people call the columns of a figure, or of each of its pieces."""
        pieces = figure.pieces()
        if pieces:
            return {str(number): self.words_of(piece) for number, piece in enumerate(pieces)}
        return columns.described(self.columns_of(figure))

    def columns_of(self, figure: FigureKind) -> list[Column]:
        """Return those existing columns whose words a figure shows."""
        found = (column for part in figure.parts() for column in self._columns_of_part(part))
        return list({column.name: column for column in reversed(list(found))}.values())[::-1]

    def _columns_of_part(self, figure: FigureKind) -> list[Column]:
        view = self.view_of(figure)
        if isinstance(view, MeasurementView):
            known = list(view.columns)
        else:
            axes = self.experiments[view.name].axis_columns
            known = [*axes, columns.STEP, *view.runs, *view.summary, *view.path]
        by_name = {column.name: column for column in reversed(known)}
        if "dataset" in by_name:
            called = {name: kind.called(name) for name, kind in self.datasets.items()}
            column = by_name["dataset"]
            by_name["dataset"] = replace(column, words=replace(column.words, values=called))
        return [by_name[name] for name in dict.fromkeys(figure.shown()) if name in by_name]


def reduced_name(paper: str, table: str) -> str:
    """Return the name of a paper's reduced table."""
    return table if paper == MAIN_PAPER else f"{paper}_{table}"


def _pieces(values, length: int) -> list:
    return [values[start : start + length] for start in range(0, len(values), length)]


def _span(values) -> str:
    """Name a range of values by its first and last one."""
    first, last = (
        f"{value:.12g}" if isinstance(value, float) else str(value)
        for value in (values[0], values[-1])
    )
    return first if first == last else f"{first}_to_{last}"
