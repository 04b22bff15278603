"""Constructed, trained and linear methods on the maximum and the product, as d grows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Gt, Le, Len

from flatminima.core.columns import LEARNING_RATE, REPETITION, Column, Words, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveIntegers, PositiveNumbers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Datasets, Given, Measurement
from flatminima_papers.expressivity.columns import DIMENSION, Dimensions, check_powers_of_two

__all__ = ["RelativeErrors"]

FUNCTION = Column(
    "function", "str", words=Words(values={"maximum": r"$\max x_i$", "product": r"$\prod x_i$"})
)
METHOD = Column(
    "method",
    "str",
    words=Words(
        values={
            "kernel": "Gaussian kernel",
            "features": "random ReLU features",
            "trained": "trained",
            "constructed": "constructed",
        }
    ),
)
WIDTH_FACTOR = Column(
    "width_factor", "int64", words=Words("widths over those constructed", symbol="width factor")
)

RADII = {"maximum": 1.0, "product": 3**0.5}
"""Points are uniform on [-R, R]^d; for the product its variance is then 1 for every d."""


@dataclass(frozen=True)
class RelativeErrors(Measurement):
    """Measures root mean square errors over the standard deviation of the function.

    A Gaussian kernel and random ReLU features have `coefficients` coefficients, and their ridge and
    length are chosen on the test points, which favours them. Networks of the constructed widths
    times `width_factor` are trained by Adam from random weights on fresh points, at each rate. The
    table is reduced to medians over repetitions; rates are ranked by them.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        FUNCTION,
        METHOD,
        WIDTH_FACTOR,
        DIMENSION,
        LEARNING_RATE,
        REPETITION,
        Column("parameters", "int64", words=Words("parameters")),
        Column("relative_error", words=Words("relative error", label="relative error (rms)")),
    )
    reduced: ClassVar[str | None] = "median_errors"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        FUNCTION,
        METHOD,
        WIDTH_FACTOR,
        DIMENSION,
        LEARNING_RATE,
        Column("median_error", words=Words("median relative error", label="relative error (rms)")),
        Column("lowest", words=Words("lowest of all repetitions")),
        Column("highest", words=Words("highest of all repetitions")),
        Column("repetitions", "int64"),
        Column("rank", "int64", words=Words("rank of the learning rate, from the best")),
    )

    function: Annotated[tuple[Literal["maximum", "product"], ...], Len(1), Axis()]
    """What is approximated."""
    method: Annotated[
        tuple[Literal["kernel", "features", "trained", "constructed"], ...], Len(1), Axis()
    ]
    """How."""
    dimension: Dimensions
    """The numbers d of variables, powers of two."""
    repetitions: PositiveInteger
    """How often points, features and starts are drawn."""
    test_points: PositiveInteger
    """At how many points errors are measured."""
    coefficients: PositiveInteger
    """Of the kernel, and of the random features."""
    accuracy: Annotated[float, Gt(0), Le(1)]
    """The certified error of the constructed product."""
    steps: PositiveInteger
    """Of training."""
    learning_rates: PositiveNumbers
    """Of training."""
    width_factor: PositiveIntegers = (1,)
    """By which constructed widths are multiplied for training."""

    def check(self, sizes: Mapping[str, DataSize]) -> None:
        """Refuse a dimension that the closed forms are not about."""
        del sizes
        check_powers_of_two(self.dimension)

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each function, method, dimension, rate and repetition."""
        for name, method, dimension in product(self.function, self.method, self.dimension):
            identity = (given.name, name, method, dimension)
            generators = [
                random_generator(given.seed, "relative_error", *identity, repetition)
                for repetition in range(1, self.repetitions + 1)
            ]
            measure = getattr(self, f"_{method}")
            for factor, rate, repetition, parameters, error in measure(name, dimension, generators):
                yield {
                    "function": name,
                    "method": method,
                    "width_factor": factor,
                    "dimension": dimension,
                    "learning_rate": rate,
                    "repetition": repetition,
                    "parameters": parameters,
                    "relative_error": error,
                }

    def _kernel(self, name: str, dimension: int, generators: list) -> Iterator[tuple]:
        from flatminima_papers.expressivity.theory.baselines import kernel_error

        for repetition, generator in enumerate(generators, start=1):
            train, test = self._points(name, dimension, generator)
            error = kernel_error(function_of(name), train[: self.coefficients], test)
            yield 1, np.nan, repetition, self.coefficients, error

    def _features(self, name: str, dimension: int, generators: list) -> Iterator[tuple]:
        from flatminima_papers.expressivity.theory.baselines import random_features_error

        for repetition, generator in enumerate(generators, start=1):
            train, test = self._points(name, dimension, generator)
            error = random_features_error(
                function_of(name), train, test, self.coefficients, generator
            )
            yield 1, np.nan, repetition, self.coefficients, error

    def _constructed(self, name: str, dimension: int, generators: list) -> Iterator[tuple]:
        from flatminima_papers.expressivity.theory.baselines import relative_error

        network = self._network(name, dimension)
        for repetition, generator in enumerate(generators, start=1):
            _, test = self._points(name, dimension, generator)
            error = relative_error(network(test)[:, 0], function_of(name)(test))
            yield 1, np.nan, repetition, network.parameters, error

    def _trained(self, name: str, dimension: int, generators: list) -> Iterator[tuple]:
        from flatminima_papers.expressivity.theory.networks import dense_parameters
        from flatminima_papers.expressivity.theory.training import trained_errors

        inputs, *hidden, output = self._network(name, dimension).widths
        _, test = self._points(name, dimension, generators[0])
        for factor in self.width_factor:
            widths = (inputs, *(factor * width for width in hidden), output)
            errors = trained_errors(
                function_of(name),
                widths,
                RADII[name],
                test,
                generators,
                steps=self.steps,
                learning_rates=self.learning_rates,
            )
            for rate, found in zip(self.learning_rates, errors, strict=True):
                for repetition, error in enumerate(found, start=1):
                    yield factor, rate, repetition, dense_parameters(widths), error

    def _points(self, name: str, dimension: int, generator: np.random.Generator) -> tuple:
        """Draw points to train on, as many as random features get, and points to test on."""
        from flatminima_papers.expressivity.theory.baselines import SAMPLES_A_FEATURE

        number = SAMPLES_A_FEATURE * self.coefficients
        radius = RADII[name]
        return tuple(
            generator.uniform(-radius, radius, (rows, dimension))
            for rows in (number, self.test_points)
        )

    def _network(self, name: str, dimension: int) -> Any:
        """Return what is constructed."""
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.products import product as network_of_product
        from flatminima_papers.expressivity.theory.products import squarings_for

        if name == "maximum":
            return maximum(dimension)
        radius = RADII[name]
        each = self.accuracy / (radius**dimension * (dimension - 1))
        return network_of_product(dimension, squarings_for(each), radius)

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Take medians over repetitions."""
        del datasets
        types = typed(cls.reduced_columns)
        shared = ["function", "method", "width_factor", "dimension", "learning_rate"]
        errors = table.groupby(shared, sort=False, dropna=False)["relative_error"]
        reduced = errors.agg(
            median_error="median", lowest="min", highest="max", repetitions="count"
        ).reset_index()
        reduced["rank"] = (
            reduced.groupby(shared[:-1])["median_error"].rank(method="first").astype(int)
        )
        return reduced[list(types)].astype(types)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        each = {
            "kernel": 30 * 4e-11 * self.coefficients**3 + 0.1,
            "features": 6 * 4e-11 * self.coefficients**3 + 0.1,
            "constructed": 0.1,
        }
        seconds = sum(each.get(method, 0.0) for method in self.method) * self.repetitions
        seconds *= len(self.function) * len(self.dimension)
        if "trained" in self.method:
            runs = self.repetitions * len(self.learning_rates)
            for name, dimension, factor in product(
                self.function, self.dimension, self.width_factor
            ):
                weights = 3 * dimension**2 if name == "maximum" else 600 * dimension
                seconds += self.steps * (4e-4 + runs * (2e-6 + 4e-8 * factor**2 * weights))
        numbers = 10.0 * self.coefficients * (self.coefficients + self.test_points)
        return Work(seconds, numbers)


def function_of(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function of points (n, d)."""
    return {"maximum": lambda x: x.max(1), "product": lambda x: x.prod(1)}[name]
