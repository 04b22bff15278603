"""The lines of theory that a figure may draw, and what they are called."""

from dataclasses import dataclass

from flatminima.columns import Column

__all__ = ["REFERENCES", "Reference"]


@dataclass(frozen=True)
class Reference:
    """A line of theory.

    Attributes:
        column: What it is called.
        bounds: Of what it is a value: ``sharpness`` or ``learning_rate``.
        needs: What a network must offer for it to mean something.
        shown_first: Whether a page shows it before anyone asks.
    """

    column: Column
    bounds: str
    needs: frozenset[str] = frozenset({"linear_theory"})
    shown_first: bool = False


REFERENCES = {
    reference.column.name: reference
    for reference in (
        Reference(
            Column("two_over_learning_rate", label=r"$2/\eta$", symbol=r"$2/\eta$"),
            "sharpness",
            needs=frozenset(),
            shown_first=True,
        ),
        Reference(
            Column("lower_bound", label="lower bound $2cLa$", symbol="lower bound"), "sharpness"
        ),
        Reference(
            Column(
                "minimal_sharpness", label=r"minimal sharpness $S_{\min}$", symbol=r"$S_{\min}$"
            ),
            "sharpness",
            shown_first=True,
        ),
        Reference(
            Column("balanced_sharpness", label="balanced minimiser", symbol="balanced"), "sharpness"
        ),
        Reference(
            Column("upper_bound", label=r"upper bound of $S_{\min}$", symbol="upper bound"),
            "sharpness",
        ),
        Reference(
            Column(
                "flow_bound", label=r"bound for gradient flow $8cL\Lambda$", symbol="flow bound"
            ),
            "sharpness",
        ),
        Reference(
            Column("critical_learning_rate", label=r"critical rate $2/S_{\min}$"),
            "learning_rate",
            shown_first=True,
        ),
        Reference(
            Column("paper_critical_learning_rate", label="critical rate $1/(cLa)$"),
            "learning_rate",
        ),
    )
}
"""Every line of theory by its name, which is also that of the function that computes it."""
