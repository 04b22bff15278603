"""The blocks of a configuration that are no kinds: an experiment, and what holds for all."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, Len

from flatminima.kinds import (
    DatasetNames,
    Matches,
    PositiveInteger,
    PositiveNumbers,
    Scales,
)

__all__ = ["ExperimentBlock", "KindBlock", "SweepEntry", "Training"]

CONFIG = {"extra": "forbid", "use_attribute_docstrings": True}


@dataclass(frozen=True)
class KindBlock:
    """Marks the block of a kind.

    Attributes:
        family: Of which family.
    """

    family: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return a place for what is allowed, to be filled."""
        del core, handler
        return {"family": self.family}


@dataclass(frozen=True)
class Training:
    """What holds for every training job."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CONFIG

    gradient_tolerance: Annotated[float, Gt(0), Le(1e300)]
    """A run whose gradient norm at the end is at most this has converged."""
    runs_per_job: PositiveInteger
    """How many runs one training job takes; more means fewer, longer jobs."""


@dataclass(frozen=True)
class SweepEntry:
    """Learning rates that share their steps and repetitions."""

    __pydantic_config__: ClassVar[dict[str, Any]] = CONFIG

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

    __pydantic_config__: ClassVar[dict[str, Any]] = CONFIG

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
    measure: tuple[str, ...] = ()
    """Quantities that are measured beside those of every run."""
    runs_per_job: PositiveInteger | None = None
    """Overrides training.runs_per_job for this experiment."""
    record_every: PositiveInteger | None = None
    """Record trajectories of what is measured at every so many steps."""
    section: Annotated[
        str,
        Matches(
            r"^[A-Za-z0-9][A-Za-z0-9 -]*$(?!\n)",
            "a heading of at most 60 letters, digits, spaces and dashes",
            60,
        ),
    ] = "Experiments"
    """The heading under which the report lists the figures of the experiment."""
