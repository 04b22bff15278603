"""The diabetes table: ten measurements of 442 patients, and the progression within a year.

B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least angle regression, Annals of Statistics 32
(2004); as distributed by scikit-learn, under the licence in this folder.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize

__all__ = ["Diabetes"]

TABLE = Path(__file__).parent / "diabetes.csv.gz"
PATIENTS, MEASUREMENTS = 442, 10


@dataclass(frozen=True)
class Diabetes(DatasetKind):
    """Reads the diabetes table, all columns of mean 0 and standard deviation 1."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        return DataSize(PATIENTS, MEASUREMENTS)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; nothing in it is random."""
        del generator
        table = np.loadtxt(TABLE, delimiter=",", skiprows=1)
        return Dataset(table[:, :-1], table[:, -1])

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        return f"the diabetes table, {PATIENTS} patients, {MEASUREMENTS} features"
