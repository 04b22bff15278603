"""What a column of a table is: its type, and what people call it.

Who measures something declares its columns; tables, figures, captions and pages take the words
from there.  The words of a column are no part of what makes a number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ASSUMPTIONS",
    "AXES",
    "BATCH_SIZE",
    "CERTIFICATE_GAP",
    "DATASET",
    "DEPTH",
    "DIVERGED_AT",
    "EXPERIMENT",
    "INITIALISATION",
    "INIT_SCALE",
    "LEARNING_RATE",
    "NETWORK",
    "OUTCOME",
    "PROBABILITIES",
    "REPETITION",
    "STATISTICS",
    "STEP",
    "STEPS",
    "WIDTH",
    "Column",
    "described",
    "typed",
]


@dataclass(frozen=True)
class Column:
    r"""A column.

    Attributes:
        name: As it stands in the table.
        type: Of its values, as pandas calls it.
        words: In a sentence; the name with spaces by default.
        label: On an axis or in a legend, mathematics in TeX between dollars; the words by default.
        symbol: Before a value in a legend, as in ``$L$ = 10``; nothing by default.
        definition: What it is, in a sentence or two.
        moment: Where summaries describe it: of the ``start`` of a run, its ``end``, or along its
            ``path``; a ``probability`` is of a cell; nothing if they do not.
        values: What people call its values, where that is not what stands in the table.
        floor: What is below is rounding alone; 0 if nothing is.
        place: Where it stands in a table that several kinds add to, from the left.
    """

    name: str
    type: str = "float64"
    words: str = ""
    label: str = ""
    symbol: str = ""
    definition: str = ""
    moment: str = ""
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    floor: float = 0.0
    place: int = 1000

    def __post_init__(self) -> None:
        words = self.words or self.name.replace("_", " ")
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "label", self.label or words)


SHOWN = ("words", "label", "symbol", "moment", "floor")
"""What figures and pages are told of a column, beside the words of its values."""


def typed(columns: Iterable[Column]) -> dict[str, str]:
    """Return the columns of a table by name, with their types."""
    return {column.name: column.type for column in columns}


def described(columns: Iterable[Column]) -> dict[str, dict[str, Any]]:
    """Return what people call each column, as plain values."""
    return {
        column.name: {key: getattr(column, key) for key in SHOWN} | {"values": dict(column.values)}
        for column in columns
    }


DEPTH = Column(
    "depth",
    "int64",
    label="depth $L$",
    symbol="$L$",
    definition="The depth is the number of layers.",
)
WIDTH = Column(
    "width",
    "int64",
    label="width of the hidden layers",
    symbol="width",
    definition="The width is that of the hidden layers.",
)
LEARNING_RATE = Column("learning_rate", label=r"learning rate $\eta$", symbol=r"$\eta$")
BATCH_SIZE = Column(
    "batch_size",
    "int64",
    label="batch size $b$",
    symbol="$b$",
    definition="The batch size is the number of samples that a step looks at.",
)
INIT_SCALE = Column(
    "init_scale",
    words="scale of the initialisation",
    symbol="scale",
    definition="The scale multiplies the random weights at initialisation.",
)
EXPERIMENT = Column("experiment", "str")
DATASET = Column("dataset", "str")
INITIALISATION = Column(
    "initialisation",
    "str",
    values={
        "gaussian": "Gaussian",
        "one_layer_zero": "one layer starts at zero",
        "residual": "residual",
    },
)
REPETITION = Column("repetition", "int64", symbol="repetition")
STEPS = Column("steps", "int64", words="steps of gradient descent")
STEP = Column("step", "int64")

ASSUMPTIONS = (
    Column("assumption_1", "bool", words="whether assumption A1 of the paper holds"),
    Column("assumption_2", "bool", words="whether assumption A2 of the paper holds"),
)
"""Of a flow: whether the paper's theorems on gradient flow speak of it."""

CERTIFICATE_GAP = Column(
    "certificate_gap",
    words="gap between the certificates of the minimal sharpness",
    definition="The bounds of the minimal sharpness from above and from below, their ratio - 1.",
)

NETWORK = (EXPERIMENT, DATASET, INITIALISATION, DEPTH, WIDTH)
"""What names the network of a run in a measurement."""

AXES = (DATASET, DEPTH, WIDTH, LEARNING_RATE, INIT_SCALE)
"""What the runs of every experiment may differ in, beside their repetition."""

OUTCOME = Column("outcome", "str")
DIVERGED_AT = Column("diverged_at", "Int64", words="diverged at step")

PROBABILITIES = (
    Column(
        "divergence_probability",
        words="probability of divergence",
        moment="probability",
        definition=(
            "A run has diverged when its weights, risk or Hessian are no longer finite in float64."
        ),
    ),
    Column(
        "convergence_probability",
        words="probability of convergence",
        moment="probability",
        definition="A run has converged when the norm of its gradient at the end is small.",
    ),
)
"""Quantities of a cell that no single run has."""

STATISTICS = (
    Column("quantity", "str"),
    Column("runs", "int64"),
    Column("converged", "int64", words="runs that converged"),
    Column("not_converged", "int64", words="runs that did not converge"),
    Column("diverged", "int64", words="runs that diverged"),
    Column("count", "int64", words="runs that count"),
    Column("mean"),
    Column("low", words="95 % interval, low"),
    Column("high", words="95 % interval, high"),
    Column("q05", words="5 % quantile"),
    Column("q25", words="25 % quantile"),
    Column("median"),
    Column("q75", words="75 % quantile"),
    Column("q95", words="95 % quantile"),
)
"""What a summary says of a quantity."""
