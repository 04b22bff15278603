"""Measurements, which compare statements of a theory with numbers, one row per case.

The claims about a measurement are in the module of the same name in the paper's ``claims``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Len

from flatminima.core.columns import Column, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, Kind, Misfit
from flatminima.datasets import Dataset, DataSize
from flatminima.networks.linear.network import linear_hessian_cost
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
    """The input of a measurement.

    Attributes:
        name: Its name, which is the ``experiment`` of its rows and part of every run's identity.
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
        columns: The columns of its table.
        reduced: The name of the table to which all measurements of the kind are reduced, if any.
        reduced_columns: The columns of that table.
    """

    columns: ClassVar[tuple[Column, ...]]
    reduced: ClassVar[str | None] = None
    reduced_columns: ClassVar[tuple[Column, ...]] = ()

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse keys that do not go together.

        Args:
            sizes: The sizes of the data that it names.

        Raises:
            flatminima.core.kinds.Misfit: At the first problem.
        """

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure; return one row per case, in the same order at every call."""
        raise NotImplementedError

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Reduce the concatenated tables of all measurements of this kind.

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
            sizes: The sizes of the data that it names.
        """
        raise NotImplementedError


def tabulate(measurement: Measurement, given: Given) -> Any:
    """Make a measurement and return its table."""
    import pandas as pd

    types = typed(measurement.columns)
    return pd.DataFrame(measurement.rows(given), columns=list(types)).astype(types)


def linear_networks(
    measurement: Any, datasets: Datasets
) -> Iterator[tuple[Dataset, str, NetworkSpecification]]:
    """Go through all data and linear networks of a measurement.

    Args:
        measurement: It has ``dataset``, ``initialisation``, ``depth`` and perhaps ``width``.
            Without a width each network is as wide as its data has features.
        datasets: The data that it names.
    """
    for dataset, initialisation, depth in product(
        measurement.dataset, measurement.initialisation, measurement.depth
    ):
        features = datasets[dataset].features
        for width in getattr(measurement, "width", None) or (features,):
            yield datasets[dataset], dataset, NetworkSpecification(initialisation, depth, width)


def check_widths(measurement: Any) -> None:
    """Refuse a width with the residual initialisation."""
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
    """Return the cost of a measurement that does the same from many starts of linear networks.

    Args:
        measurement: It has ``dataset``, ``depth``, and perhaps ``width``, ``initialisation``,
            ``init_scale`` and ``repetitions``.
        sizes: The sizes of the data that it names.
        steps: Steps of gradient descent from each start, some tens of runs together.
        flows: Gradient flows from each start.
        searches: Restarts of the search for the flattest minimiser.
        sharpnesses: Sharpnesses computed for each start.
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
