"""The diabetes table: ten measurements of 442 patients, and how the disease progressed in a year.

B. Efron, T. Hastie, I. Johnstone, R. Tibshirani: Least angle regression, Annals of Statistics 32
(2004); as scikit-learn hands it out, under the licence in ``tables/``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flatminima.datasets import Dataset, DatasetKind, DataSize
from flatminima.people import for_people

__all__ = ["Diabetes"]

TABLE = Path(__file__).parents[1] / "tables/diabetes.csv.gz"
PATIENTS, MEASUREMENTS = 442, 10


@dataclass(frozen=True)
class Diabetes(DatasetKind):
    """Reads the diabetes table, all columns of mean 0 and standard deviation 1."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        return DataSize(PATIENTS, MEASUREMENTS)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data, in which nothing is random."""
        del generator
        table = np.loadtxt(TABLE, delimiter=",", skiprows=1)
        return Dataset(table[:, :-1], table[:, -1])

    @for_people
    def describe(self) -> str:
        """Return in a few words what the data is."""
        return f"the diabetes table, {PATIENTS} patients, {MEASUREMENTS} features"
