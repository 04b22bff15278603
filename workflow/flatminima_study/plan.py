"""The study as data, cut into training jobs.

A cell is one dataset, depth, width and learning rate with all scales and repetitions.  A
job trains one cell, several neighbouring ones while they fit, or a part of one, always a
full product of learning rates, repetitions and scales.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flatminima.identities import NetworkSpecification, RunIdentity

__all__ = ["RESERVED_TARGETS", "Batch", "Experiment", "Study", "SweepBlock"]

RESERVED_TARGETS = {
    *("all", "datasets", "runs", "summaries", "figures", "theory", "explorer", "verify"),
    *("claims", "critical_rates", "overview", "benchmark", "cost", "crate", "dag", "report"),
    *("readme_figure", "api"),
}
"""Targets and tables of the workflow, which no experiment may be called."""


@dataclass(frozen=True)
class SweepBlock:
    """Learning rates that share their steps and repetitions."""

    learning_rates: tuple[float, ...]
    steps: int
    repetitions: int


@dataclass(frozen=True)
class Batch:
    """The runs of one training job: the product of its rates, repetitions and scales.

    Attributes:
        name: Its path below the experiment's folder, without ending.
        repetitions: The first one and the one after the last.
    """

    name: str
    experiment: str
    dataset: str
    specification: NetworkSpecification
    learning_rates: tuple[float, ...]
    repetitions: tuple[int, int]
    init_scales: tuple[float, ...]
    steps: int
    record_every: int | None
    features: int

    @property
    def size(self) -> int:
        """The number of runs."""
        first, after = self.repetitions
        return len(self.learning_rates) * (after - first) * len(self.init_scales)

    def parameters(self) -> dict[str, Any]:
        """Return the plain values that decide the runs' numbers."""
        network = self.specification
        parameters = {
            "experiment": self.experiment,
            "dataset": self.dataset,
            "network": network.kind,
            "initialisation": network.initialisation,
            "depth": network.depth,
            "width": network.width,
            "learning_rates": list(self.learning_rates),
            "repetitions": list(self.repetitions),
            "init_scales": list(self.init_scales),
            "steps": self.steps,
        }
        if network.kind == "mlp":
            parameters["gelu"] = network.gelu
        if self.record_every is not None:
            parameters["record_every"] = self.record_every
        return parameters

    @property
    def weights(self) -> int:
        """The number of trained parameters of one run."""
        depth, width = self.specification.depth, self.specification.width
        if self.specification.initialisation == "residual":
            return depth * width**2
        return width * self.features + (depth - 2) * width**2 + width

    @property
    def dimension(self) -> int:
        """The dimension of the space outside which a run's Hessian is zero."""
        depth, width = self.specification.depth, self.specification.width
        if self.specification.kind == "mlp":
            return self.weights
        if self.specification.initialisation == "residual":
            return depth * (2 * width - 1)
        return width + self.features - 1 + (depth - 2) * (2 * width - 1) + width

    @property
    def sharpnesses(self) -> int:
        """How often the sharpness of one run is computed: at its ends, and where recorded."""
        recorded = 0 if self.record_every is None else 1 + -(-self.steps // self.record_every)
        return 2 + recorded


@dataclass(frozen=True)
class Experiment:
    """One experiment of the configuration, with grids written out.

    Attributes:
        widths: None means as many as the dataset has features.
        features: The features of each dataset.
        section: The heading of its figures in the report.
    """

    name: str
    datasets: tuple[str, ...]
    kind: str
    initialisation: str
    gelu: str
    depths: tuple[int, ...]
    widths: tuple[int, ...] | None
    features: Mapping[str, int]
    init_scales: tuple[float, ...]
    sweep: tuple[SweepBlock, ...]
    runs_per_job: int
    record_every: int | None
    section: str = "Experiments"

    def axis_values(self, axis: str) -> tuple:
        """Return the values of ``dataset``, ``depth``, ``width``, ... in this experiment."""
        return {
            "dataset": self.datasets,
            "depth": self.depths,
            "width": self.widths or tuple(dict.fromkeys(self.features.values())),
            "learning_rate": tuple(rate for block in self.sweep for rate in block.learning_rates),
            "init_scale": self.init_scales,
        }[axis]

    @cached_property
    def batches(self) -> dict[str, Batch]:
        """The training jobs of the experiment, by name."""
        return {
            batch.name: batch
            for dataset in self.datasets
            for depth in self.depths
            for width in self.widths or (self.features[dataset],)
            for block in self.sweep
            for batch in self._cut(dataset, depth, width, block)
        }

    def _cut(self, dataset: str, depth: int, width: int, block: SweepBlock) -> Iterator[Batch]:
        cell = block.repetitions * len(self.init_scales)
        rates_a_job = max(1, self.runs_per_job // cell)
        repetitions_a_job = max(
            1, min(block.repetitions, self.runs_per_job // len(self.init_scales))
        )
        scales_a_job = min(len(self.init_scales), self.runs_per_job)
        for rates in _pieces(block.learning_rates, rates_a_job):
            for repetitions in _pieces(range(block.repetitions), repetitions_a_job):
                for scales in _pieces(self.init_scales, scales_a_job):
                    name = f"{dataset}/depth_{depth}/width_{width}/learning_rate_{_span(rates)}"
                    if repetitions_a_job < block.repetitions:
                        name += f"/repetition_{_span(repetitions)}"
                    if scales_a_job < len(self.init_scales):
                        name += f"/init_scale_{_span(scales)}"
                    yield Batch(
                        name=name,
                        experiment=self.name,
                        dataset=dataset,
                        specification=NetworkSpecification(
                            self.kind, self.initialisation, depth, width, self.gelu
                        ),
                        learning_rates=tuple(rates),
                        repetitions=(repetitions[0], repetitions[-1] + 1),
                        init_scales=tuple(scales),
                        steps=block.steps,
                        record_every=self.record_every,
                        features=self.features[dataset],
                    )


@dataclass(frozen=True)
class Study:
    """The whole study.

    Attributes:
        figures: The block of each, without its caption: what a figure looks like.
    """

    seed: int
    gradient_tolerance: float
    datasets: Mapping[str, Mapping[str, Any]]
    experiments: Mapping[str, Experiment]
    measurements: Mapping[str, Mapping[str, Any]]
    figures: Mapping[str, Mapping[str, Any]]


def identities(parameters: Mapping[str, Any]) -> list[RunIdentity]:
    """Return the runs of a batch from its `Batch.parameters`."""
    return [
        RunIdentity(
            parameters["experiment"],
            parameters["dataset"],
            parameters["depth"],
            parameters["width"],
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
    first, last = f"{values[0]:.12g}", f"{values[-1]:.12g}"
    return first if first == last else f"{first}_to_{last}"
