"""The blocks of a configuration that are not kinds: the whole, a paper's file, an experiment."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, Len

from flatminima.core.kinds import (
    Axis,
    DatasetNames,
    Matches,
    PositiveInteger,
    PositiveNumbers,
    Reference,
    Scales,
)

__all__ = ["SECTIONS", "ExperimentBlock", "KindBlock", "PaperBlock", "StudyBlock", "SweepEntry"]

# Names become paths, wildcards and words on command lines. Snakemake takes a wildcard that ends in
# twenty repetitions for an endless recursion.
Name = Annotated[
    str,
    Matches(
        r"(?!.*(.+)\1{19}$)[A-Za-z][A-Za-z0-9_]*",
        "a plain name, of at most 60 letters, digits and underscores, that starts with a letter "
        "and does not end in 20 repetitions",
        60,
    ),
]
FigureId = Annotated[
    str,
    Matches(
        r"(?!.*(.+)\1{19}$)[A-Za-z0-9][A-Za-z0-9_-]*",
        "a plain id, of at most 60 letters, digits, underscores and dashes, that does not end in "
        "20 repetitions",
        60,
    ),
]


@dataclass(frozen=True)
class KindBlock:
    """Marks the block of a kind.

    Attributes:
        family: The family of the kind.
    """

    family: str


@dataclass(frozen=True)
class Training:
    """What holds for every training job."""

    gradient_tolerance: Annotated[float, Gt(0), Le(1e300)]
    """A run whose gradient norm at the end is at most this has converged."""
    runs_per_job: PositiveInteger
    """How many runs one training job takes; more means fewer, longer jobs."""


@dataclass(frozen=True)
class SweepEntry:
    """Learning rates that share their steps and repetitions."""

    learning_rate: PositiveNumbers
    """The learning rate of the optimiser."""
    steps: PositiveInteger
    """Steps of the optimiser."""
    repetitions: Annotated[int, Ge(1), Le(1_000_000)]
    """Runs of each learning rate and scale, each from its own initialisation."""
    runs_per_job: PositiveInteger | None = None
    """Overrides that of the experiment for these rates."""


@dataclass(frozen=True)
class ExperimentBlock:
    """Runs of one kind of network over a sweep."""

    dataset: DatasetNames
    """The name of a dataset, or a list of names."""
    network: Annotated[Any, KindBlock("networks")]
    """What is trained."""
    init_scale: Scales
    """The scale of the initialisation."""
    sweep: Annotated[tuple[SweepEntry, ...], Len(1)]
    """Learning rates with their steps and repetitions."""
    optimiser: Annotated[Any, KindBlock("optimisers")] | None = None
    """What trains; gradient descent by default."""
    measure: Annotated[tuple[str, ...], Axis(), Reference("quantities")] = ()
    """Quantities that are measured beside those of every run."""
    runs_per_job: PositiveInteger | None = None
    """Overrides training.runs_per_job for this experiment."""
    record_every: PositiveInteger | None = None
    """Record trajectories of what is measured at every so many steps."""
    section: Annotated[
        str,
        Matches(
            r"[A-Za-z0-9][A-Za-z0-9 -]*",
            "a heading of at most 60 letters, digits, spaces and dashes",
            60,
        ),
    ] = "Experiments"
    """The heading under which the report lists the figures of the experiment."""


@dataclass(frozen=True, kw_only=True)
class StudyBlock:
    """All of config.yaml; what each part holds is checked by itself."""

    title: ClassVar[str] = "Marion and Chizat"

    seed: Annotated[int, Ge(0), Le(2**64 - 1)]
    """The seed of the whole study; every dataset and run derives its own from it."""
    training: Training
    """What holds for every training job."""
    papers: Annotated[tuple[Name, ...], Axis()] = ()
    """Companion papers that are made too: folders of workflow/flatminima_papers."""
    datasets: Annotated[dict[Name, Any], Len(1)]
    """The data, by name."""
    experiments: Annotated[dict[Name, Any], Len(1)]
    """What is trained, by name. Each experiment is a target."""
    measurements: dict[Name, Any]
    """What is measured of the theory, by name. Together they are judged in claims.csv."""
    figures: dict[FigureId, Any]
    """What is drawn, by id. The figure `1a` is the target `figure_1a`."""


@dataclass(frozen=True)
class PaperBlock:
    """All of a companion paper's file."""

    title: Annotated[
        str, Matches(r"[\w ,.:'()-]+", "a heading of one line, of 1 to 60 characters", 60)
    ]
    """What the report and the explorer call the paper."""
    datasets: dict[Name, Any] = field(default_factory=dict)
    """The data, by name."""
    experiments: dict[Name, Any] = field(default_factory=dict)
    """What is trained, by name. Each experiment is a target."""
    measurements: dict[Name, Any] = field(default_factory=dict)
    """What is measured of the theory, by name."""
    figures: dict[FigureId, Any] = field(default_factory=dict)
    """What is drawn, by id."""


SECTIONS = {
    "datasets": Annotated[Any, KindBlock("datasets")],
    "experiments": ExperimentBlock,
    "measurements": Annotated[Any, KindBlock("measurements")],
    "figures": Annotated[Any, KindBlock("figures")],
}
"""What each part of a configuration holds by name."""
