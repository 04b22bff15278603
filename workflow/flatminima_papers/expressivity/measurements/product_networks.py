"""The product of d numbers to an accuracy: parameters, certificates, and the errors found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log2
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Given, Measurement
from flatminima_papers.expressivity.columns import (
    ACCURACY,
    CERTIFIED,
    COUNTS,
    DIMENSION,
    FOUND,
    Accuracies,
    Dimensions,
    Points,
    check_powers_of_two,
)

__all__ = ["ProductNetworks"]


@dataclass(frozen=True)
class ProductNetworks(Measurement):
    """Builds products on [-R, R]^d as trees of products of two.

    With the budget ``whole`` the nodes are as accurate as the whole product has to be by its
    certificate; with the budget ``node`` each node has the accuracy eps, whatever d, which is not
    enough. Errors are searched for up to `searched_dimension`, and are NaN beyond.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        Column(
            "budget",
            "str",
            words=Words(values={"whole": "accuracy of the whole", "node": "accuracy of each node"}),
        ),
        Column("radius", words=Words(symbol="$R$")),
        DIMENSION,
        ACCURACY,
        Column("squarings", "int64", words=Words("sawtooth layers of a square", symbol="$m$")),
        *COUNTS,
        Column("predicted_parameters", "int64", words=Words("parameters by the formula")),
        Column("predicted_nonzeros", "int64", words=Words("non-zero parameters by the formula")),
        Column("predicted_hidden_layers", "int64", words=Words("hidden layers by the formula")),
        Column(
            "nonzeros_over_order",
            words=Words(
                "non-zero parameters over their order", label=r"$M / (d \log_2(d / \varepsilon))$"
            ),
        ),
        Column("node_error", words=Words("error of a node", label=r"node error $\delta$")),
        CERTIFIED,
        *FOUND,
    )

    dimension: Dimensions
    """The numbers d of factors, powers of two."""
    accuracy: Accuracies
    """The accuracies eps."""
    budget: Annotated[tuple[Literal["whole", "node"], ...], Len(1), Axis()]
    """What eps is of: the whole product, or each node alone."""
    radius: Annotated[tuple[Annotated[float, Gt(0), Le(4)], ...], Len(1), Axis()]
    """R: factors are from -R to R."""
    searched_dimension: Annotated[int, Ge(2), Le(4096)]
    """Up to which d errors are searched for."""
    points: Points
    """How many uniform points are looked at."""
    evaluations: Points
    """How many points the ascent looks at."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each budget, radius, dimension and accuracy."""
        from flatminima_papers.expressivity.theory import counts
        from flatminima_papers.expressivity.theory.products import (
            node_error,
            product,
            squarings_for,
        )
        from flatminima_papers.expressivity.theory.searches import Errors, find_errors

        for budget, radius, dimension, accuracy in self._cases():
            volume = radius**dimension
            nodes = dimension - 1 if budget == "whole" else 1
            squarings = squarings_for(accuracy / (volume * nodes))
            network = product(dimension, squarings, radius)
            predicted = (
                counts.product_tree(dimension, squarings)
                if dimension > 2
                else counts.product(squarings)
            )
            generator = random_generator(
                given.seed, "product", given.name, budget, radius, dimension, accuracy
            )
            found = Errors(*[np.nan] * len(Errors._fields))
            if dimension <= self.searched_dimension:
                found = find_errors(
                    lambda x, f=network: np.abs(f(x)[:, 0] - x.prod(1)),
                    dimension,
                    generator,
                    points=self.points,
                    evaluations=self.evaluations,
                    radius=radius,
                )
            yield {
                "budget": budget,
                "radius": radius,
                "dimension": dimension,
                "accuracy": accuracy,
                "squarings": squarings,
                "parameters": network.parameters,
                "nonzeros": network.nonzeros,
                "hidden_layers": network.hidden_layers,
                "predicted_parameters": predicted.parameters,
                "predicted_nonzeros": predicted.nonzeros,
                "predicted_hidden_layers": predicted.hidden_layers,
                "nonzeros_over_order": network.nonzeros / (dimension * log2(dimension / accuracy)),
                "node_error": volume * node_error(squarings),
                "certified": volume * (dimension - 1) * node_error(squarings),
                **found._asdict(),
            }

    def _cases(self) -> Iterator[tuple[str, float, int, float]]:
        for budget in self.budget:
            for radius in self.radius:
                for dimension in self.dimension:
                    for accuracy in self.accuracy:
                        yield budget, radius, dimension, accuracy

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a dimension that the closed forms are not about."""
        del sizes
        check_powers_of_two(self.dimension)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes; a product has some tens of non-zeros a factor and digit."""
        del sizes
        total, largest = 0.0, 0.0
        for _, _, dimension, accuracy in self._cases():
            nonzeros = 10 * dimension * log2(dimension / accuracy)
            looked_at = self.evaluations + 2 * self.points
            if dimension > self.searched_dimension:
                looked_at = 0
            total += 0.03 + 1e-6 * nonzeros + 2e-9 * nonzeros * looked_at
            largest = max(largest, 10.0 * dimension * self.points)
        return Work(total, largest)
