"""A toy kind of each family, one file or package each, to be dropped into a copied study."""

from pathlib import Path

TOYS = {
    "datasets/toy_line.py": '''
"""A line through the origin, in one feature."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from flatminima.core.people import for_people
from flatminima.datasets import Dataset, DatasetKind, DataSize


@dataclass(frozen=True)
class ToyLine(DatasetKind):
    """Draws points of y = slope * x."""

    points: Annotated[int, Ge(3), Le(9)]
    """How many points."""
    slope: Annotated[float, Gt(0)] = 1.0
    """The slope of the line."""

    def size(self) -> DataSize:
        return DataSize(self.points, 1)

    def draw(self, generator: np.random.Generator) -> Dataset:
        inputs = generator.standard_normal((self.points, 1))
        return Dataset(inputs, self.slope * inputs[:, 0])

    def describe(self) -> str:
        return f"{self.points} points of a line"
''',
    "networks/toy_diagonal/__init__.py": '''
"""Deep diagonal networks, all factors equal at the start."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from flatminima.core.costs import DENSE_SIZE, HessianCost, Work
from flatminima.core.kinds import Depths, Misfit, PositiveIntegers
from flatminima.core.people import for_people
from flatminima.networks import NetworkKind
from flatminima.networks.toy_diagonal.network import DiagonalNetwork


@dataclass(frozen=True)
class ToyDiagonal(NetworkKind):
    """f(x) = (w_1 * ... * w_L)^T x, factor by factor."""

    offers: ClassVar[frozenset[str]] = frozenset({"product"})

    depth: Depths
    """The number of factors L, or a list."""
    width: PositiveIntegers | None = None
    """The number of features."""

    def cells(self, size):
        for depth, width in super().cells(size):
            if width != size.features:
                raise Misfit("width", f"is {width}; allowed: {size.features}, the features")
            yield depth, width

    def weights(self, size):
        return self.depth[0] * size.features

    def build(self, dataset, generator):
        return DiagonalNetwork(dataset, self.depth[0])

    def initialise(self, network, scale, generator):
        return np.full(network.size, scale)

    @for_people
    def describe(self) -> str:
        return "diagonal networks"

    def training_work(self, size, runs) -> Work:
        weights = self.weights(size)
        return Work(1e-9 * runs * weights * self.depth[0], 10 * runs * weights)

    def hessian_cost(self, size) -> HessianCost:
        weights = self.weights(size)
        product = Work(1e-8 * weights, 10 * weights)
        return HessianCost(weights, Work(1e-8 * weights**2, weights**2), product, DENSE_SIZE)
''',
    "networks/toy_diagonal/network.py": '''
"""A diagonal network, its risk and its Hessian."""

import numpy as np

from flatminima.kernels.batch import RunsKernel
from flatminima.networks import ProductNetwork


class DiagonalNetwork(ProductNetwork):
    def __init__(self, dataset, depth):
        self.dataset, self.depth = dataset, depth

    @property
    def size(self):
        return self.depth * self.dataset.features

    def kernel(self, parameters):
        return DiagonalKernel(self, parameters)

    def product(self, parameters):
        return self.factors(parameters).prod(axis=0)

    def factors(self, parameters):
        return parameters.reshape(self.depth, self.dataset.features, -1)

    def hessian_vector_product(self, parameters, directions):
        w, D = self.factors(parameters), self.factors(directions)
        others = [np.delete(w, k, axis=0).prod(axis=0) for k in range(self.depth)]
        error = w.prod(axis=0) - self.dataset.minimum_norm_solution[:, None]
        slope = 2 * self.dataset.covariance @ error
        bent = 2 * self.dataset.covariance @ sum(d * o for d, o in zip(D, others, strict=True))
        result = np.empty(D.shape)
        for k in range(self.depth):
            result[k] = others[k] * bent
            for m in range(self.depth):
                if m != k:
                    result[k] += slope * D[m] * np.delete(w, (k, m), axis=0).prod(axis=0)
        return result.reshape(directions.shape)


class DiagonalKernel(RunsKernel):
    def __init__(self, network, parameters):
        from flatminima.kernels.blocks import LANES, aligned_empty
        from flatminima.networks.toy_diagonal.kernel import descend

        super().__init__(parameters)
        data = network.dataset
        self.compiled_descend = descend
        self.problem = (
            np.array(data.covariance, order="C"),
            np.array(data.minimum_norm_solution, order="C"),
            float(data.minimal_risk),
            aligned_empty((data.features, LANES)),
            self.before,
        )

    def take_steps(self, blocks, factor_blocks, steps):
        self.compiled_descend(
            blocks, self.gradient_blocks, factor_blocks, steps, *self.problem, self.outcome
        )

    def write_gradient(self):
        pass
''',
    "networks/toy_diagonal/kernel.py": '''
"""Gradient steps of diagonal networks."""

from flatminima.kernels.compiled import kernel, spliced
from flatminima.kernels.steps import repeated
from flatminima.kernels.vector import entries, fma, splat, vectors
from flatminima.networks.toy_diagonal.factor import TWO


@spliced
def step(W, number, problem):
    G, factor, covariance, solution, minimal_risk, error, size, features = problem
    for j in range(features):
        product = splat(1.0)
        for i in range(j, size, features):
            product = product * W[i]
        error[j] = product - solution[j]
    risk = splat(minimal_risk)
    for j in range(features):
        slope = splat(0.0)
        for i in range(features):
            slope = fma(splat(covariance[j * features + i]), error[i], slope)
        risk = fma(error[j], slope, risk)
        for i in range(j, size, features):
            G[i] = factor * TWO * slope
            for m in range(j, size, features):
                if m != i:
                    G[i] = G[i] * W[m]
    for i in range(size):
        W[i] = W[i] - G[i]
    return risk


take_steps = repeated(step)


def descend(
    weights, gradients, factors, steps, covariance, solution, minimal_risk, error, before, outcome
):
    size, features = weights.shape[1], len(solution)
    for block in range(len(weights)):
        told = vectors(outcome[block])
        problem = (
            vectors(gradients[block]),
            vectors(factors[block])[0],
            entries(covariance),
            entries(solution),
            minimal_risk,
            vectors(error),
            size,
            features,
        )
        told[0], told[1], told[2] = take_steps(
            vectors(weights[block]), vectors(before), size, steps, problem
        )


descend = kernel(descend)
''',
    "networks/toy_diagonal/factor.py": '''
"""A constant of the kernel."""

TWO = 2.0
''',
    "optimisers/toy_slow.py": '''
"""Gradient descent at a fraction of its rate."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Len

from flatminima.core.columns import Column, Words
from flatminima.core.kinds import Axis
from flatminima.optimisers import OptimiserKind
from flatminima.optimisers import GradientDescent


@dataclass(frozen=True)
class ToySlow(OptimiserKind):
    """W <- W - eta / slowness grad R(W)."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("slowness", "int64", words=Words(symbol="slowness")),
    )

    slowness: Annotated[tuple[Annotated[int, Ge(1)], ...], Len(1), Axis()]
    """What the learning rate is divided by, or a list."""

    def settings(self, samples):
        return (self.replaced(slowness=(value,)) for value in dict.fromkeys(self.slowness))

    def row(self):
        return {"slowness": self.slowness[0]}

    def identity(self):
        return ("toy_slow", self.slowness[0])

    def start(self, network, learning_rates, generators):
        return GradientDescent(learning_rates / self.slowness[0])

    def describe(self) -> str:
        return "slow gradient descent"
''',
    "quantities/toy_weight.py": '''
"""The largest weight."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from flatminima.core.columns import Column, Words
from flatminima.quantities import Quantity


@dataclass(frozen=True)
class ToyWeight(Quantity):
    """Is max |W|."""

    run_columns: ClassVar[tuple[Column, ...]] = (
        Column("final_weight", words=Words("largest weight at the end"), moment="end"),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column("weight", words=Words("largest weight"), moment="path"),
    )

    def at_ends(self, start, end):
        return {} if end is None else {"final_weight": float(np.abs(end.weights).max())}

    def along(self, state):
        return {"weight": float(np.abs(state.weights).max())}
''',
    "measurements/toy_squares.py": '''
"""Squares of whole numbers."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Le

from flatminima.core.columns import Column, Words
from flatminima.core.costs import Work
from flatminima.core.kinds import ExperimentNames
from flatminima.measurements import Measurement


@dataclass(frozen=True)
class ToySquares(Measurement):
    """Squares numbers."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "int64"),
        Column("square", "int64", words=Words("square of the number")),
        Column("runs", "int64"),
    )

    highest: Annotated[int, Ge(1), Le(10)]
    """The highest number."""
    experiment: ExperimentNames
    """The experiments whose runs are counted, for no reason."""

    def rows(self, given):
        runs = sum(len(given.runs[name]) for name in self.experiment)
        for number in range(1, self.highest + 1):
            yield {"number": number, "square": number**2, "runs": runs}

    def work(self, sizes) -> Work:
        return Work()
''',
    "claims/toy_squares.py": '''
"""What is claimed of squares."""

from flatminima.claims import judge_cases


def claims(table, reduced):
    """Judge measurements of the kind `toy_squares`."""
    margins = table["square"] - table["number"]
    return [judge_cases("squares_grow", "this study", "n^2 >= n", "n^2 - n", margins)]
''',
    "figures/toy_bars.py": '''
"""Bars of a column of a measurement."""

from dataclasses import dataclass
from typing import Annotated

from flatminima.figures import ColumnName, FigureKind, check_column
from flatminima.core.kinds import Reference


@dataclass(frozen=True)
class ToyBars(FigureKind):
    """Draws bars."""

    measurement: Annotated[str, Reference("measurements")]
    """The measurement that is drawn."""
    y: ColumnName
    """The column that is drawn."""

    def tables(self):
        return {"table": ("measurement", self.measurement)}

    def shown(self):
        return [self.y]

    def check(self, view):
        check_column("y", self.y, view.columns)

    def draw(self, tables, words):
        from flatminima.plotting.drawing import draw_beside

        def paint(figure):
            table = tables["table"]
            axes = figure.subplots()
            axes.bar(range(len(table)), table[self.y])
            axes.set(ylabel=words[self.y]["label"])

        return draw_beside([paint], 3, 3)

    def headline(self, words):
        return words[self.y]["words"]

    def describe(self, words):
        return f"bars of {self.headline(words)}"
''',
}

BLOCKS = {
    "datasets": {"toy": {"kind": "toy_line", "points": 5}},
    "experiments": {
        "toys": {
            "dataset": "toy",
            "network": {"kind": "toy_diagonal", "depth": [2, 3]},
            "init_scale": [0.5, 0.8],
            "optimiser": {"kind": "toy_slow", "slowness": [1, 10]},
            "measure": ["toy_weight"],
            "sweep": [{"learning_rate": 0.1, "steps": 40, "repetitions": 2}],
            "record_every": 10,
        }
    },
    "measurements": {"squares": {"kind": "toy_squares", "highest": 4, "experiment": "toys"}},
    "figures": {
        "toy_bars": {"kind": "toy_bars", "measurement": "squares", "y": "square"},
        "toy_weights": {
            "kind": "sweep",
            "experiment": "toys",
            "x": "init_scale",
            "y": "final_weight",
            "lines": "slowness",
            "select": {"depth": [2]},
        },
        "toy_path": {
            "kind": "trajectory",
            "experiment": "toys",
            "panels": ["weight"],
            "select": {"depth": [2], "slowness": [1], "init_scale": [0.5]},
        },
    },
}
"""A configuration, beside that of a study, which uses each of them."""


def drop_in(workflow: Path) -> None:
    """Drop the toys into a study's folder, and do nothing else to it."""
    for name, text in TOYS.items():
        path = workflow / "flatminima" / name
        assert not path.exists()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.lstrip())
