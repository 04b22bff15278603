"""What is measured of weights: at the start and the end of a run, and along training."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.columns import Column
from flatminima.costs import Work
from flatminima.datasets import DataSize
from flatminima.kinds import Kind, load, names
from flatminima.networks import Network, NetworkKind

__all__ = [
    "NotFiniteError",
    "Quantity",
    "State",
    "default_quantities",
    "ends_of_paths",
    "ordered",
    "quantity_columns",
    "summarised",
]


class NotFiniteError(ArithmeticError):
    """A quantity overflows where the risk does not yet: the run has diverged."""


@dataclass(frozen=True)
class State:
    """Weights of one run, and what is known of them.

    Attributes:
        network: The network and its training risk.
        weights: Shape (size, 1).
        risk: The training risk as training computed it; NaN where training has not.
        gradient_norm: ||grad R||, likewise.
        batch_size: How many samples a step of the optimiser looks at.
    """

    network: Network
    weights: np.ndarray
    risk: float = np.nan
    gradient_norm: float = np.nan
    batch_size: int = 1


class Quantity(Kind):
    """A kind of quantity.

    Attributes:
        always: Whether it is measured of every run, whatever an experiment asks for besides.
        needs: What a network must offer for the quantity to have a value.
        run_columns: What it adds to the table of runs.
        path_columns: What it adds to the table of trajectories.
        derived_columns: What follows from the table of runs.
    """

    always: ClassVar[bool] = False
    needs: ClassVar[frozenset[str]] = frozenset()
    run_columns: ClassVar[tuple[Column, ...]] = ()
    path_columns: ClassVar[tuple[Column, ...]] = ()
    derived_columns: ClassVar[tuple[Column, ...]] = ()

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run.

        Args:
            start: At the initialisation.
            end: At the end; None if the run has diverged.

        Returns:
            Values of the run columns; those left out have none.

        Raises:
            NotFiniteError: If the end is not finite.
        """
        del start, end
        return {}

    def along(self, state: State) -> dict[str, Any]:
        """Return the values of the path columns at a point of the path."""
        del state
        return {}

    def derive(self, runs: Any) -> dict[str, Any]:
        """Return the derived columns of a table of runs."""
        del runs
        return {}

    def work(self, network: NetworkKind, size: DataSize) -> Work:
        """Return what it takes to measure one state."""
        del network, size
        return Work()


def default_quantities() -> tuple[str, ...]:
    """Return the names of the quantities that are measured of every run."""
    return tuple(name for name in names("quantities") if load("quantities", name).always)


def quantity_columns(quantities: Iterable[str], table: str) -> list[Column]:
    """Return the columns that quantities add to a table, from the left.

    Args:
        quantities: Their names.
        table: ``run``, ``path`` or ``derived``.
    """
    columns = [
        column
        for name in quantities
        for column in getattr(load("quantities", name), f"{table}_columns")
    ]
    return sorted(columns, key=lambda column: column.place)


def ordered(quantities: Iterable[str]) -> list[Quantity]:
    """Return quantities by their names."""
    return [load("quantities", name)() for name in quantities]


def ends_of_paths(quantities: Iterable[str]) -> dict[str, str]:
    """Return for each quantity along the path the column of runs with its value at the end."""
    found = {}
    for quantity in ordered(quantities):
        path = [column.name for column in quantity.path_columns if column.moment == "path"]
        ends = [column.name for column in quantity.run_columns if column.moment == "end"]
        found |= dict(zip(path, ends, strict=False))
    return found


def summarised(quantities: Iterable[str], moment: str) -> list[Column]:
    """Return the columns that summaries describe, in their order.

    Args:
        quantities: Their names.
        moment: ``start``, ``end`` or ``path``.
    """
    tables = ("path",) if moment == "path" else ("run", "derived")
    columns = [column for table in tables for column in quantity_columns(quantities, table)]
    return sorted(
        (column for column in columns if column.moment == moment),
        key=lambda column: column.place,
    )
