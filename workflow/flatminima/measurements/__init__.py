"""Measurements: each puts statements of a theory beside numbers, a row a case.

What is judged of a measurement, the module of the same name in `flatminima.claims` says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Len

from flatminima.columns import Column, typed
from flatminima.costs import Work
from flatminima.datasets import Dataset, DataSize
from flatminima.kinds import Axis, Kind, Misfit
from flatminima.theory.linear_network import linear_hessian_cost
from flatminima.theory.starts import NetworkSpecification

__all__ = [
    "Datasets",
    "Given",
    "Initialisations",
    "Measurement",
    "check_widths",
    "linear_networks",
    "linear_work",
    "tabulate",
]

Datasets = Mapping[str, Dataset]

Initialisations = Annotated[
    tuple[Literal["gaussian", "one_layer_zero", "residual"], ...], Len(1), Axis()
]


@dataclass(frozen=True)
class Given:
    """What a measurement is given.

    Attributes:
        name: Its name: the ``experiment`` of its rows, part of every run's identity.
        seed: The seed of the study.
        datasets: The data that it names.
        runs: The tables of runs of the experiments that it names.
    """

    name: str
    seed: int
    datasets: Datasets
    runs: Mapping[str, Any]


class Measurement(Kind):
    """A kind of measurement.

    Attributes:
        columns: Of its table.
        reduced: The name of the table that all measurements of the kind are reduced to, if any.
        reduced_columns: Of that table.
    """

    columns: ClassVar[tuple[Column, ...]]
    reduced: ClassVar[str | None] = None
    reduced_columns: ClassVar[tuple[Column, ...]] = ()

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse keys that do not go together.

        Args:
            sizes: Of the data that it names.

        Raises:
            flatminima.kinds.Misfit: At the first.
        """

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure, a row a case, in the same order at every call."""
        raise NotImplementedError

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Reduce the tables of all measurements of this kind, one below the other.

        Args:
            table: A frame with the `columns`.
            datasets: The data that they name.

        Returns:
            A frame with the `reduced_columns`.
        """
        raise NotImplementedError

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes.

        Args:
            sizes: Of the data that it names.
        """
        raise NotImplementedError


def tabulate(measurement: Measurement, given: Given) -> Any:
    """Make a measurement and return its table, a frame with its columns."""
    import pandas as pd

    types = typed(measurement.columns)
    return pd.DataFrame(measurement.rows(given), columns=list(types)).astype(types)


def linear_networks(
    measurement: Any, datasets: Datasets
) -> Iterator[tuple[Dataset, str, NetworkSpecification]]:
    """Go through all data and linear networks of a measurement.

    Args:
        measurement: With ``dataset``, ``initialisation``, ``depth`` and perhaps ``width``; without
            a width each network is as wide as its data has features.
        datasets: The data that it names.
    """
    for dataset, initialisation, depth in product(
        measurement.dataset, measurement.initialisation, measurement.depth
    ):
        features = datasets[dataset].features
        for width in getattr(measurement, "width", None) or (features,):
            yield datasets[dataset], dataset, NetworkSpecification(initialisation, depth, width)


def check_widths(measurement: Any) -> None:
    """Refuse a width beside the residual initialisation."""
    if "residual" in measurement.initialisation and measurement.width is not None:
        raise Misfit(
            "width",
            "is given, but a residual network is as wide as its data has features; allowed: no "
            "width with the residual initialisation",
        )


def linear_work(
    measurement: Any,
    sizes: Mapping[str, DataSize],
    *,
    steps: float = 0,
    flows: int = 0,
    searches: int = 0,
    sharpnesses: int = 0,
) -> Work:
    """Return what a measurement takes that does the same from many starts of linear networks.

    Args:
        measurement: With ``dataset``, ``depth``, and perhaps ``width``, ``initialisation``,
            ``init_scale`` and ``repetitions``.
        sizes: Of the data that it names.
        steps: Of gradient descent from each start, in batches of some tens.
        flows: Gradient flows from each start.
        searches: Restarts of the search for the flattest minimiser.
        sharpnesses: Computed for each start.
    """
    present = {field.name: getattr(measurement, field.name) for field in fields(measurement)}
    starts = len(present.get("init_scale", (0,))) * present.get("repetitions", 1)
    starts *= len(present.get("initialisation", ("",)))
    total = Work()
    for name, depth in product(measurement.dataset, measurement.depth):
        features = sizes[name].features
        for width in present.get("width") or (features,):
            weights = width * features + (depth - 1) * width**2
            hessian = linear_hessian_cost(depth * (2 * width - 1), weights).work
            seconds = (
                steps * 5e-10 * (weights + features**2)
                + flows * (0.01 * depth + 5e-6 * weights)
                + searches * 4e-3 * weights
                + sharpnesses * hessian.seconds
            )
            total += starts * Work(seconds, 100 * weights + hessian.numbers)
    return total
