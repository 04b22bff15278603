"""Handwritten digits of 8 x 8 pixels, with targets of several kinds.

E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository
(1998), the test set; as distributed by scikit-learn, under the licence in this folder.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.kinds import Misfit
from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize

__all__ = ["Digits", "digits_table"]

TABLE = Path(__file__).parent / "digits.csv.gz"
IMAGES, PIXELS = 1797, 64


@dataclass(frozen=True)
class Digits(DatasetKind):
    """Draws some of 1,797 handwritten digits, with pixels centred and of standard deviation 1."""

    samples: Annotated[int, Ge(2), Le(IMAGES)]
    """How many images are drawn; the others are the test set."""
    target: Literal["parity", "classes", "value", "coin"]
    """1 for odd digits and -1 for even ones; the same for the two of `classes`; the digit itself;
    or 1 or -1 by a fair coin, without a test set."""
    classes: Annotated[tuple[Annotated[int, Ge(0), Le(9)], ...], Len(2, 2)] | None = None
    """Two digits, the first with the target -1; no others are drawn then."""

    def size(self) -> DataSize:
        """Return the shape of the inputs."""
        if (self.target == "classes") != (self.classes is not None):
            is_given = "is missing" if self.classes is None else "is given"
            raise Misfit(
                "classes",
                f"{is_given}, but target is {self.target}; allowed: two digits where target is "
                "classes, and nothing else",
            )
        if self.classes is not None and len(set(self.classes)) < 2:
            raise Misfit("classes", f"is {list(self.classes)}; allowed: two different digits")
        present = len(self._rows())
        if self.samples > present:
            raise Misfit(
                "samples", f"is {self.samples}, but there are {present} such images; allowed: 2 "
                f"to {present}"
            )  # fmt: skip
        return DataSize(self.samples, PIXELS)

    def draw(self, generator: np.random.Generator) -> Dataset:
        """Return the data; the choice of images and the coin come from the generator."""
        inputs, digits = digits_table()
        rows = generator.permutation(self._rows())
        train, test = rows[: self.samples], rows[self.samples :]
        if self.target == "coin":
            return Dataset(inputs[train], generator.choice([-1.0, 1.0], size=self.samples))
        if self.target == "parity":
            targets = np.where(digits % 2 == 1, 1.0, -1.0)
        elif self.target == "classes":
            targets = np.where(digits == self.classes[1], 1.0, -1.0)
        else:
            targets = digits.astype(float)
        if len(test) == 0:
            return Dataset(inputs[train], targets[train])
        return Dataset(inputs[train], targets[train], inputs[test], targets[test])

    @for_people
    def called(self, name: str) -> str:
        """Return what figures call the data: its target and the number of digits."""
        targets = {"coin": "random labels", "parity": "odd or even", "classes": "two digits"}
        return f"{targets.get(self.target, 'the digit')}, {self.samples:,} images"

    @for_people
    def describe(self) -> str:
        """Describe the data in a few words."""
        target = {
            "parity": "odd or even",
            "classes": "one of two digits",
            "value": "which digit",
            "coin": "random labels",
        }[self.target]
        return f"{self.samples} handwritten digits, {target}"

    def _rows(self) -> np.ndarray:
        """Return the images that may be drawn."""
        if self.classes is None:
            return np.arange(IMAGES)
        return np.flatnonzero(np.isin(digits_table()[1], self.classes))


@cache
def digits_table() -> tuple[np.ndarray, np.ndarray]:
    """Return all images and the digits that they show.

    Returns:
        Pixels, shape (1797, 64), each minus its mean and divided by the standard deviation of all
        pixels; digits, shape (1797,). Neither array may be changed.

    Examples:
        >>> pixels, digits = digits_table()
        >>> pixels.shape, round(float(pixels.std()), 12), digits[:5].tolist()
        ((1797, 64), 1.0, [0, 1, 2, 3, 4])
    """
    table = np.loadtxt(TABLE, delimiter=",")
    pixels = table[:, :-1] - table[:, :-1].mean(axis=0)
    pixels /= pixels.std()
    digits = table[:, -1].astype(int)
    for array in (pixels, digits):
        array.flags.writeable = False
    return pixels, digits
