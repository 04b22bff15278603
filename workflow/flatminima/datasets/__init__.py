"""Regression data with the quantities that the theory needs, and kinds of data.

Notation: design matrix X (n x d), target y (n), Sigma = X^T X / n.
"""

from typing import NamedTuple

import numpy as np

from flatminima.core.kinds import Kind
from flatminima.core.people import for_people
from flatminima.datasets._dataset import Dataset, DatasetError
from flatminima.datasets._prescribed import prescribed_dataset

__all__ = ["DataSize", "Dataset", "DatasetError", "DatasetKind", "prescribed_dataset"]


class DataSize(NamedTuple):
    """The shape of a dataset's inputs, n x d."""

    samples: int
    features: int


class DatasetKind(Kind):
    """A kind of data."""

    def size(self) -> DataSize:
        """Return the shape of the inputs without drawing the data.

        Raises:
            flatminima.core.kinds.Misfit: If there can be no such data.
        """
        raise NotImplementedError

    def reads(self) -> tuple[str, ...]:
        """Return the user's files from which the data is read; none if the data is drawn."""
        return ()

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; everything random in it comes from the generator."""
        raise NotImplementedError

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        raise NotImplementedError

    @for_people
    def called(self, name: str) -> str:
        """Return what figures call the data.

        Args:
            name: Its name in the configuration.
        """
        return name.replace("_", " ")
