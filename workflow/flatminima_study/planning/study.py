"""The study as data, cut into training jobs.

A cell is one dataset, depth, width, optimiser and learning rate with all scales and repetitions.
A job trains one cell, several neighbouring ones while they fit, or a part of one, always a
full product of learning rates, repetitions and scales.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flatminima import columns
from flatminima.columns import Column
from flatminima.datasets import DatasetKind, DataSize
from flatminima.figures import ExperimentView, FigureKind, MeasurementView
from flatminima.kinds import load, restore
from flatminima.measurements import Measurement
from flatminima.networks import NetworkKind
from flatminima.optimisers import OptimiserKind
from flatminima.quantities import quantity_columns, summarised
from flatminima.runs.identities import RunIdentity

__all__ = ["MAIN_PAPER", "Batch", "Experiment", "Paper", "Study", "SweepBlock", "identities"]

MAIN_PAPER = "flat_minima"
"""The paper that config.yaml itself is of."""


@dataclass(frozen=True)
class SweepBlock:
    """Learning rates that share their steps and repetitions, so many runs to a training job."""

    learning_rates: tuple[float, ...]
    steps: int
    repetitions: int
    runs_per_job: int


@dataclass(frozen=True)
class Batch:
    """The runs of one training job: the product of its settings, rates, repetitions and scales.

    Attributes:
        name: Its path below the experiment's folder, without ending.
        network: Of one depth and width.
        optimiser: Of one or several settings.
        repetitions: The first one and the one after the last.
        size: Of the data.
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
        """How many states of one run are measured: its ends, and where it is recorded."""
        recorded = 0 if self.record_every is None else 1 + -(-self.steps // self.record_every)
        return 2 + recorded

    def parameters(self) -> dict[str, Any]:
        """Return the plain values that decide the runs' numbers."""
        parameters = {
            "experiment": self.experiment,
            "dataset": self.dataset,
            "network": self.network.plain(),
            "optimiser": self.optimiser.plain(),
            "quantities": list(self.quantities),
            "learning_rates": list(self.learning_rates),
            "repetitions": list(self.repetitions),
            "init_scales": list(self.init_scales),
            "steps": self.steps,
        }
        if self.record_every is not None:
            parameters["record_every"] = self.record_every
        return parameters


@dataclass(frozen=True)
class Experiment:
    """One experiment of the configuration, with grids written out.

    Attributes:
        datasets: The data, by name, with the size of each.
        network: Of all its depths and widths.
        optimiser: Of all its settings.
        quantities: What is measured, by name.
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
        """All learning rates, in their order."""
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
    def batches(self) -> dict[str, Batch]:
        """The training jobs of the experiment, by name."""
        return {
            batch.name: batch
            for dataset, size in self.datasets.items()
            for depth, width in self.network.cells(size)
            for block in self.sweep
            for optimiser in self.optimiser.packed(size.samples, self._settings_a_job(block))
            for batch in self._cut(dataset, self.network.at(depth, width), optimiser, block)
        }

    def _settings_a_job(self, block: SweepBlock) -> int:
        runs_of_a_setting = len(block.learning_rates) * block.repetitions * len(self.init_scales)
        return max(1, block.runs_per_job // runs_of_a_setting)

    def _cut(
        self, dataset: str, network: NetworkKind, optimiser: OptimiserKind, block: SweepBlock
    ) -> Iterator[Batch]:
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
                    yield Batch(
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
    """What of the study belongs to one paper, by name.

    Attributes:
        name: Of its file, and of its target.
        title: For people.
    """

    name: str
    title: str
    datasets: tuple[str, ...]
    experiments: tuple[str, ...]
    measurements: tuple[str, ...]
    figures: tuple[str, ...]


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
        """Return the paper that a block belongs to."""
        return next(paper for paper in self.papers.values() if name in getattr(paper, section))

    def kinds_measured(self, paper: Paper) -> dict[str, list[str]]:
        """Return the measurements of a paper by their kind, in the order of the configuration."""
        found: dict[str, list[str]] = {}
        for name in paper.measurements:
            found.setdefault(self.measurements[name].name(), []).append(name)
        return found

    def reduced_tables(self, paper: Paper) -> dict[str, str]:
        """Return the kind of measurement that each reduced table of a paper comes from."""
        return {
            reduced_name(paper.name, load("measurements", kind).reduced): kind
            for kind in self.kinds_measured(paper)
            if load("measurements", kind).reduced is not None
        }

    def measured_view(self, table: str) -> MeasurementView:
        """Return what a figure may draw of a measurement, or of a reduced table."""
        if table in self.measurements:
            return MeasurementView(table, self.measurements[table].columns)
        kind = next(
            reduced[table]
            for paper in self.papers.values()
            if table in (reduced := self.reduced_tables(paper))
        )
        return MeasurementView(table, load("measurements", kind).reduced_columns)

    def view_of(self, figure: FigureKind) -> ExperimentView | MeasurementView:
        """Return what a figure may draw of its experiment or measurement."""
        if hasattr(figure, "experiment"):
            return self.experiments[figure.experiment].view
        return self.measured_view(figure.measurement)

    def columns_of(self, figure: FigureKind) -> list[Column]:
        """Return the columns whose words a figure shows, of those that there are."""
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
            by_name["dataset"] = replace(by_name["dataset"], values=called)
        return [by_name[name] for name in dict.fromkeys(figure.shown()) if name in by_name]


def reduced_name(paper: str, table: str) -> str:
    """Return the name of a paper's reduced table."""
    return table if paper == MAIN_PAPER else f"{paper}_{table}"


def identities(parameters: Mapping[str, Any]) -> list[RunIdentity]:
    """Return the runs of each setting of a batch, from its `Batch.parameters`."""
    network = restore("networks", parameters["network"])
    (depth,), (width,) = network.depth, network.width
    return [
        RunIdentity(
            parameters["experiment"],
            parameters["dataset"],
            depth,
            width,
            learning_rate,
            init_scale,
            repetition,
        )
        for learning_rate in parameters["learning_rates"]
        for init_scale in parameters["init_scales"]
        for repetition in range(*parameters["repetitions"])
    ]


def _pieces(values, length: int) -> list:
    return [values[start : start + length] for start in range(0, len(values), length)]


def _span(values) -> str:
    """Name a run of values by its first and last."""
    first, last = (
        f"{value:.12g}" if isinstance(value, float) else str(value)
        for value in (values[0], values[-1])
    )
    return first if first == last else f"{first}_to_{last}"
