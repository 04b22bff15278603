"""The lines of the theory that a figure may draw, and their names."""

from dataclasses import dataclass

__all__ = ["THEORY_LINES", "TheoryLine"]


@dataclass(frozen=True)
class TheoryLine:
    """A line of the theory.

    Attributes:
        name: Its name, which is also that of the function that computes it.
        label: Its label in a legend.
        bounds: The quantity that it bounds: ``sharpness`` or ``learning_rate``.
        symbol: The symbol at the end of its line; empty for a learning rate, which is a vertical
            line.
        needs: What a network must offer for the line to have a meaning.
        shown_first: Whether a page shows it by default.
    """

    name: str
    label: str
    bounds: str
    symbol: str = ""
    needs: frozenset[str] = frozenset({"linear_theory"})
    shown_first: bool = False

    @property
    def words(self) -> str:
        """Its name in a sentence."""
        return self.name.replace("_", " ")


THEORY_LINES = {
    line.name: line
    for line in (
        TheoryLine(
            "two_over_learning_rate", r"$2/\eta$", "sharpness", r"$2/\eta$", frozenset(),
            shown_first=True,
        ),
        TheoryLine("lower_bound", "lower bound $2cLa$", "sharpness", "lower bound"),
        TheoryLine(
            "minimal_sharpness", r"minimal sharpness $S_{\min}$", "sharpness", r"$S_{\min}$",
            shown_first=True,
        ),
        TheoryLine("balanced_sharpness", "balanced minimiser", "sharpness", "balanced"),
        TheoryLine("upper_bound", r"upper bound of $S_{\min}$", "sharpness", "upper bound"),
        TheoryLine(
            "flow_bound", r"bound for gradient flow $8cL\Lambda$", "sharpness", "flow bound"
        ),
        TheoryLine(
            "critical_learning_rate", r"critical rate $2/S_{\min}$", "learning_rate",
            shown_first=True,
        ),
        TheoryLine("paper_critical_learning_rate", "critical rate $1/(cLa)$", "learning_rate"),
    )
}  # fmt: skip
"""Every line of the theory by its name."""
