"""The columns of tables: their types, and what people call them.

Code that measures something declares its columns.  Tables, figures, captions and pages take the
words from there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flatminima.core.people import Words, for_people

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
    "Words",
    "definition",
    "described",
    "typed",
]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: Its name in the table.
        type: The type of its values, as pandas calls it.
        words: What people call it and its values.
        moment: When it is measured, if summaries describe it: at the ``start`` of a run, at its
            ``end``, or along its ``path``. A ``probability`` belongs to a cell.
        place: Its position, from the left, in a table to which several kinds add columns. Columns
            of the same place are ordered by their names.
    """

    name: str
    type: str = "float64"
    words: Words = field(default=Words(), repr=False, compare=False)
    moment: str = ""
    place: int = 1000


def typed(columns: Iterable[Column]) -> dict[str, str]:
    """Return the columns of a table by name, with their types."""
    return {column.name: column.type for column in columns}


@for_people
def described(columns: Iterable[Column]) -> dict[str, dict[str, Any]]:
    """Return what people call each column, as plain values."""
    return {column.name: _described(column) for column in columns}


def _described(column: Column) -> dict[str, Any]:
    words = column.words
    like = words.like or Words()
    phrase = words.phrase or like.phrase or column.name.replace("_", " ")
    return {
        "words": phrase,
        "label": words.label or like.label or phrase,
        "symbol": words.symbol or like.symbol,
        "moment": column.moment,
        "floor": words.floor or like.floor,
        "values": dict(words.values),
    }


@for_people
def definition(column: Column) -> str:
    """Return the definition of a column, a sentence or two; empty if there is none."""
    words = column.words
    return words.definition or (words.like or Words()).definition


DEPTH = Column(
    "depth",
    "int64",
    words=Words(label="depth $L$", symbol="$L$", definition="The depth is the number of layers."),
)
WIDTH = Column(
    "width",
    "int64",
    words=Words(
        label="width of the hidden layers",
        symbol="width",
        definition="The width is that of the hidden layers.",
    ),
)
LEARNING_RATE = Column(
    "learning_rate", words=Words(label=r"learning rate $\eta$", symbol=r"$\eta$")
)
BATCH_SIZE = Column(
    "batch_size",
    "int64",
    words=Words(
        label="batch size $b$",
        symbol="$b$",
        definition="The batch size is the number of samples that a step looks at.",
    ),
)
INIT_SCALE = Column(
    "init_scale",
    words=Words(
        "scale of the initialisation",
        symbol="scale",
        definition="The scale multiplies the random weights at initialisation.",
    ),
)
EXPERIMENT = Column("experiment", "str")
DATASET = Column("dataset", "str")
INITIALISATION = Column(
    "initialisation",
    "str",
    words=Words(
        values={
            "gaussian": "Gaussian",
            "one_layer_zero": "one layer starts at zero",
            "residual": "residual",
        }
    ),
)
REPETITION = Column("repetition", "int64", words=Words(symbol="repetition"))
STEPS = Column("steps", "int64", words=Words("steps of gradient descent", symbol="steps"))
STEP = Column("step", "int64")

ASSUMPTIONS = (
    Column("assumption_1", "bool", words=Words("whether assumption A1 of the paper holds")),
    Column("assumption_2", "bool", words=Words("whether assumption A2 of the paper holds")),
)
"""Whether the paper's theorems on gradient flow apply to a flow."""

CERTIFICATE_GAP = Column(
    "certificate_gap",
    words=Words(
        "gap between the certificates of the minimal sharpness",
        definition="The ratio - 1 of the bounds of the minimal sharpness from above and below.",
    ),
)

NETWORK = (EXPERIMENT, DATASET, INITIALISATION, DEPTH, WIDTH)
"""The columns that name the network of a run in a measurement."""

AXES = (DATASET, DEPTH, WIDTH, LEARNING_RATE, INIT_SCALE)
"""The axes in which runs of any experiment may differ, besides the repetition."""

OUTCOME = Column("outcome", "str")
DIVERGED_AT = Column("diverged_at", "Int64", words=Words("diverged at step"))

PROBABILITIES = (
    Column(
        "divergence_probability",
        moment="probability",
        words=Words(
            "probability of divergence",
            definition="A run has diverged when its weights, risk or Hessian are no longer finite.",
        ),
    ),
    Column(
        "convergence_probability",
        moment="probability",
        words=Words(
            "probability of convergence",
            definition="A run has converged when the norm of its gradient at the end is small.",
        ),
    ),
)
"""Quantities that a cell has but a single run has not."""

STATISTICS = (
    Column("quantity", "str"),
    Column("runs", "int64"),
    Column("converged", "int64", words=Words("runs that converged")),
    Column("not_converged", "int64", words=Words("runs that did not converge")),
    Column("diverged", "int64", words=Words("runs that diverged")),
    Column("count", "int64", words=Words("runs that count")),
    Column("mean"),
    Column("low", words=Words("95 % interval, low")),
    Column("high", words=Words("95 % interval, high")),
    Column("q05", words=Words("5 % quantile")),
    Column("q25", words=Words("25 % quantile")),
    Column("median"),
    Column("q75", words=Words("75 % quantile")),
    Column("q95", words=Words("95 % quantile")),
)
"""The columns in which a summary describes a quantity."""
