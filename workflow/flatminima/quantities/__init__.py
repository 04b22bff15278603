"""Quantities of weights, measured at the start and the end of a run and during training."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from flatminima.core.columns import Column
from flatminima.core.costs import Work
from flatminima.core.kinds import Kind, load, names
from flatminima.datasets import DataSize
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
    """A quantity overflows although the risk does not: the run has diverged."""


@dataclass(frozen=True)
class State:
    """The weights of one run, and what is known about them.

    Attributes:
        network: The network and its training risk.
        weights: Shape (size, 1).
        risk: The training risk if training has computed it, else NaN.
        gradient_norm: ||grad R||, in the same way.
        batch_size: The number of samples that a step of the optimiser uses.
    """

    network: Network
    weights: np.ndarray
    risk: float = np.nan
    gradient_norm: float = np.nan
    batch_size: int = 1


class Quantity(Kind):
    """A kind of quantity.

    Attributes:
        always: Whether it is measured in every run, even if an experiment does not ask for it.
        needs: What a network must offer for the quantity to have a value, see
            `flatminima.networks.NetworkKind`.
        run_columns: The columns that it adds to the table of runs.
        path_columns: The columns that it adds to the table of trajectories.
        derived_columns: Columns that are computed from the table of runs.
    """

    always: ClassVar[bool] = False
    needs: ClassVar[frozenset[str]] = frozenset()
    run_columns: ClassVar[tuple[Column, ...]] = ()
    path_columns: ClassVar[tuple[Column, ...]] = ()
    derived_columns: ClassVar[tuple[Column, ...]] = ()

    def at_ends(self, start: State, end: State | None) -> dict[str, Any]:
        """Measure a run.

        Args:
            start: The state at the initialisation.
            end: The state at the end; None if the run has diverged.

        Returns:
            The values of the run columns; those left out have no value.

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
        """Return the cost of measuring one state."""
        del network, size
        return Work()


def default_quantities() -> tuple[str, ...]:
    """Return the names of the quantities that are measured in every run."""
    return tuple(name for name in names("quantities") if load("quantities", name).always)


def quantity_columns(quantities: Iterable[str], table: str) -> list[Column]:
    """Return the columns that quantities add to a table, from left to right.

    Args:
        quantities: Their names.
        table: ``run``, ``path`` or ``derived``.
    """
    columns = [
        column
        for name in quantities
        for column in getattr(load("quantities", name), f"{table}_columns")
    ]
    return sorted(columns, key=_place)


def ordered(quantities: Iterable[str]) -> list[Quantity]:
    """Return quantities by their names."""
    return [load("quantities", name)() for name in quantities]


def ends_of_paths(quantities: Iterable[str]) -> dict[str, str]:
    """Return, for each quantity of the path, the column of runs with its final value."""
    found = {}
    for quantity in ordered(quantities):
        path = [column.name for column in quantity.path_columns if column.moment == "path"]
        ends = [column.name for column in quantity.run_columns if column.moment == "end"]
        found |= dict(zip(path, ends, strict=False))
    return found


def summarised(quantities: Iterable[str], moment: str) -> list[Column]:
    """Return the columns that summaries describe, in order.

    Args:
        quantities: Their names.
        moment: ``start``, ``end`` or ``path``.
    """
    tables = ("path",) if moment == "path" else ("run", "derived")
    columns = [column for table in tables for column in quantity_columns(quantities, table)]
    return sorted(
        (column for column in columns if column.moment == moment),
        key=_place,
    )


def _place(column: Column) -> tuple[int, str]:
    """Return where a column stands: two of one place stand by their names."""
    return column.place, column.name
