"""Composed functions of d variables to an accuracy: parameters, certificates, fitted exponents."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column, Words, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Datasets, Given, Measurement
from flatminima_papers.expressivity.columns import (
    ACCURACY,
    CERTIFIED,
    COUNTS,
    DIMENSION,
    FOUND,
    Accuracies,
    Dimensions,
    Points,
)

__all__ = ["ComposedNetworks"]

FAMILY = Column(
    "family",
    "str",
    words=Words(
        "function",
        values={
            "rough_maximum": r"$|\sin 4 \max |\sin 7 x_i||$",
            "cosines_lipschitz": r"$\prod \cos 2 x_i$, by slopes",
            "cosines_smooth": r"$\prod \cos 2 x_i$, by curvature",
            "sine_of_product": r"$\sin(3 \prod x_i) \max x_i$",
            "limit": r"$\sum_k 2^{-k} \max |\sin k x_i|$",
        },
    ),
)


@dataclass(frozen=True)
class ComposedNetworks(Measurement):
    """Builds functions that are composed of Lipschitz ones, maxima and products on [-1, 1]^d.

    Networks with more non-zeros than `nonzeros_at_most` are left out. The table is reduced to the
    exponents of M and P in d and 1/eps, fitted together; the logarithms that theory predicts are
    divided out before. `nonzeros_order` is the predicted order of M, through its value at the
    smallest d. `grid_nodes` is what suffices on a grid by the Lipschitz constant alone.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        FAMILY,
        DIMENSION,
        ACCURACY,
        *COUNTS,
        CERTIFIED,
        *FOUND,
        Column("certified_share", words=Words("certified error over the accuracy")),
        Column("uniform_share", words=Words("error at uniform points over the accuracy")),
        Column("ascent_share", words=Words("error found by ascent over the accuracy")),
        Column("nonzeros_order", words=Words("predicted order of M", label="predicted order")),
        Column("grid_nodes", words=Words("nodes of a grid")),
        Column("slope_in_dimension", words=Words("slope of M from half the dimension")),
        Column("slope_in_accuracy", words=Words("slope of M from the next larger accuracy")),
    )
    reduced: ClassVar[str | None] = "composed_exponents"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        FAMILY,
        Column("count", "str", words=Words(values={"nonzeros": "$M$", "parameters": "$P$"})),
        Column(
            "axis", "str", words=Words(values={"dimension": "$d$", "accuracy": r"$1/\varepsilon$"})
        ),
        Column("exponent", words=Words("fitted exponent")),
        Column("low", words=Words("95 % interval, low")),
        Column("high", words=Words("95 % interval, high")),
        Column("predicted", words=Words("predicted exponent")),
        Column("cases", "int64"),
    )

    family: Annotated[
        tuple[
            Literal[
                "rough_maximum", "cosines_lipschitz", "cosines_smooth", "sine_of_product", "limit"
            ],
            ...,
        ],
        Len(1),
        Axis(),
    ]
    """The functions, by name."""
    dimension: Dimensions
    """The numbers d of variables."""
    accuracy: Accuracies
    """The accuracies eps, from the largest to the smallest."""
    nonzeros_at_most: Annotated[int, Ge(1), Le(10_000_000)]
    """Larger networks are left out."""
    points: Points
    """How many uniform points are looked at."""
    evaluations: Points
    """How many points the ascent looks at, at most."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each function, dimension and accuracy, as long as networks are small enough."""
        from flatminima_papers.expressivity.theory.compositions import FAMILIES
        from flatminima_papers.expressivity.theory.grids import nodes_by_lipschitz
        from flatminima_papers.expressivity.theory.searches import find_errors

        for name in self.family:
            family = FAMILIES[name]
            before: dict[float, int] = {}
            scale: dict[float, float] = {}
            for dimension in self.dimension:
                smaller, before = before, {}
                coarser: tuple[float, int] | None = None
                for accuracy in sorted(self.accuracy, reverse=True):
                    built = family.build(dimension, accuracy)
                    nonzeros = built.network.nonzeros
                    if nonzeros > self.nonzeros_at_most:
                        break
                    found = find_errors(
                        lambda x, f=built.network, g=family.function: np.abs(f(x)[:, 0] - g(x)),
                        dimension,
                        random_generator(
                            given.seed, "composed", given.name, name, dimension, accuracy
                        ),
                        points=self.points,
                        evaluations=min(self.evaluations, int(self._products() / nonzeros)),
                    )
                    yield {
                        "family": name,
                        "dimension": dimension,
                        "accuracy": accuracy,
                        "parameters": built.network.parameters,
                        "nonzeros": nonzeros,
                        "hidden_layers": built.network.hidden_layers,
                        "certified": built.error,
                        **found._asdict(),
                        "certified_share": built.error / accuracy,
                        "uniform_share": found.uniform_error / accuracy,
                        "ascent_share": found.ascent_error / accuracy,
                        "nonzeros_order": scale.setdefault(
                            accuracy, nonzeros / family.nonzeros_order(dimension, accuracy)
                        )
                        * family.nonzeros_order(dimension, accuracy),
                        "grid_nodes": nodes_by_lipschitz(built.lipschitz, dimension, accuracy),
                        "slope_in_dimension": (
                            np.log2(nonzeros / smaller[accuracy])
                            if dimension // 2 in self.dimension and accuracy in smaller
                            else np.nan
                        ),
                        "slope_in_accuracy": (
                            np.log(nonzeros / coarser[1]) / np.log(coarser[0] / accuracy)
                            if coarser
                            else np.nan
                        ),
                    }
                    before[accuracy] = nonzeros
                    coarser = accuracy, nonzeros

    def _products(self) -> float:
        """Return how many multiplications the ascent of one network takes at most."""
        return 20.0 * self.nonzeros_at_most

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Fit the exponents of each function's counts."""
        del datasets
        import pandas as pd

        from flatminima_papers.expressivity.theory.compositions import FAMILIES
        from flatminima_papers.expressivity.theory.exponents import fit_powers

        rows = []
        for name, group in table.groupby("family", sort=False):
            family = FAMILIES[name]
            dimension, accuracy = (group[axis].to_numpy() for axis in ("dimension", "accuracy"))
            for count, logarithm in zip(
                ("nonzeros", "parameters"), family.logarithms(dimension, accuracy), strict=True
            ):
                fitted = fit_powers(group[count].to_numpy() / logarithm, dimension, 1 / accuracy)
                for axis, exponent in zip(("dimension", "accuracy"), fitted, strict=True):
                    rows.append(
                        {
                            "family": name,
                            "count": count,
                            "axis": axis,
                            "exponent": exponent.value,
                            "low": exponent.low,
                            "high": exponent.high,
                            "predicted": getattr(family, f"{count}_{axis}"),
                            "cases": len(group),
                        }
                    )
        types = typed(cls.reduced_columns)
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes, an upper bound: all networks as large as allowed."""
        del sizes
        cases = len(self.family) * len(self.dimension) * len(self.accuracy)
        seconds = 0.05 + 4e-10 * self.nonzeros_at_most * (20 + 3 * self.points)
        return Work(cases * seconds, 10.0 * self.nonzeros_at_most)
