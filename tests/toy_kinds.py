"""A toy kind of each family, one file each, to be dropped into a copied study."""

from pathlib import Path

TOYS = {
    "datasets/toy_line.py": '''
"""A line through the origin, in one feature."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

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
    "networks/toy_chain.py": '''
"""Chains of one weight a layer, all equal at the start."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from flatminima.costs import HessianCost, Work
from flatminima.kinds import Depths, Misfit, PositiveIntegers
from flatminima.networks import NetworkKind
from flatminima.theory.linear_network import LinearNetwork


@dataclass(frozen=True)
class ToyChain(NetworkKind):
    """Chains of width one."""

    offers: ClassVar[frozenset[str]] = frozenset({"product"})

    depth: Depths
    """The number of layers."""
    width: PositiveIntegers | None = None
    """One, whatever it is."""

    def cells(self, size):
        if size.features != 1:
            raise Misfit("kind", f"is for one feature, not {size.features}; allowed: a line")
        return ((depth, 1) for depth in self.depth)

    def build(self, dataset, generator):
        (depth,) = self.depth
        return LinearNetwork(dataset, depth, 1)

    def initialise(self, network, scale, generator):
        return np.full(network.size, scale)

    def describe(self) -> str:
        return "chains"

    def training_work(self, size, runs) -> Work:
        return Work(1e-8 * runs, runs)

    def hessian_cost(self, size) -> HessianCost:
        return HessianCost(self.depth[0], Work(), Work(1e-8, 1))
''',
    "optimisers/toy_slow.py": '''
"""Gradient descent at a fraction of its rate."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Len

from flatminima.columns import Column
from flatminima.kinds import Axis
from flatminima.optimisers import OptimiserKind
from flatminima.runs.training import GradientDescent


@dataclass(frozen=True)
class ToySlow(OptimiserKind):
    """W <- W - eta / slowness grad R(W)."""

    columns: ClassVar[tuple[Column, ...]] = (Column("slowness", "int64", symbol="slowness"),)

    slowness: Annotated[tuple[Annotated[int, Ge(1)], ...], Len(1), Axis()]
    """What the learning rate is divided by, or a list."""

    def settings(self, samples):
        return (self.replaced(slowness=(value,)) for value in self.slowness)

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

from flatminima.columns import Column
from flatminima.quantities import Quantity


@dataclass(frozen=True)
class ToyWeight(Quantity):
    """Is max |W|."""

    run_columns: ClassVar[tuple[Column, ...]] = (
        Column("final_weight", words="largest weight at the end", moment="end"),
    )
    path_columns: ClassVar[tuple[Column, ...]] = (
        Column("weight", words="largest weight", moment="path"),
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

from flatminima.columns import Column
from flatminima.costs import Work
from flatminima.kinds import ExperimentNames
from flatminima.measurements import Measurement


@dataclass(frozen=True)
class ToySquares(Measurement):
    """Squares numbers."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "int64"),
        Column("square", "int64", words="square of the number"),
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
    return [judge_cases("squares_grow", "a toy", "n^2 >= n", "n^2 - n", margins)]
''',
    "figures/toy_bars.py": '''
"""Bars of a column of a measurement."""

from dataclasses import dataclass
from typing import Annotated

from flatminima.figures import Caption, ColumnName, FigureKind, check_column
from flatminima.kinds import Reference, Text


@dataclass(frozen=True)
class ToyBars(FigureKind):
    """Draws bars."""

    measurement: Annotated[str, Reference("measurements")]
    """The measurement that is drawn."""
    y: ColumnName
    """The column that is drawn."""
    title: Text | None = None
    """Above the figure."""
    caption: Caption | None = None
    """What to see."""

    def tables(self):
        return {"table": ("measurement", self.measurement)}

    def shown(self):
        return [self.y]

    def check(self, view):
        check_column("y", self.y, view.columns)

    def draw(self, tables, words):
        from flatminima.drawing import draw_beside

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
            "network": {"kind": "toy_chain", "depth": [2, 3]},
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
        path.write_text(text.lstrip())
