"""The lines of theory that a figure may draw, and what they are called."""

from dataclasses import dataclass

__all__ = ["REFERENCES", "Reference"]


@dataclass(frozen=True)
class Reference:
    """A line of theory.

    Attributes:
        name: Also that of the function that computes it.
        label: In a legend.
        bounds: Of what it is a value: ``sharpness`` or ``learning_rate``.
        symbol: At the end of its line; nothing for a learning rate, whose line is upright.
        needs: What a network must offer for it to mean something.
        shown_first: Whether a page shows it before anyone asks.
    """

    name: str
    label: str
    bounds: str
    symbol: str = ""
    needs: frozenset[str] = frozenset({"linear_theory"})
    shown_first: bool = False

    @property
    def words(self) -> str:
        """The name in a sentence."""
        return self.name.replace("_", " ")


REFERENCES = {
    line.name: line
    for line in (
        Reference(
            "two_over_learning_rate", r"$2/\eta$", "sharpness", r"$2/\eta$", frozenset(),
            shown_first=True,
        ),
        Reference("lower_bound", "lower bound $2cLa$", "sharpness", "lower bound"),
        Reference(
            "minimal_sharpness", r"minimal sharpness $S_{\min}$", "sharpness", r"$S_{\min}$",
            shown_first=True,
        ),
        Reference("balanced_sharpness", "balanced minimiser", "sharpness", "balanced"),
        Reference("upper_bound", r"upper bound of $S_{\min}$", "sharpness", "upper bound"),
        Reference(
            "flow_bound", r"bound for gradient flow $8cL\Lambda$", "sharpness", "flow bound"
        ),
        Reference(
            "critical_learning_rate", r"critical rate $2/S_{\min}$", "learning_rate",
            shown_first=True,
        ),
        Reference("paper_critical_learning_rate", "critical rate $1/(cLa)$", "learning_rate"),
    )
}  # fmt: skip
"""Every line of theory, by its name."""
