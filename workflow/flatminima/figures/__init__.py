"""Kinds of figures, which draw tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Len

from flatminima.core.columns import Column
from flatminima.core.kinds import Kind, Matches, Misfit, Text, Values
from flatminima.core.people import for_people
from flatminima.plotting.references import THEORY_LINES

__all__ = [
    "Caption",
    "ColumnName",
    "ColumnWords",
    "ExperimentView",
    "FigureKind",
    "MeasurementView",
    "Range",
    "References",
    "ScaleKind",
    "Selection",
    "check_column",
    "check_ranges",
    "check_references",
    "check_selection",
    "listed",
    "selected",
]

ColumnWords = Mapping[str, Mapping[str, Any]]
"""What people call columns, from `flatminima.core.columns.described`; in a figure of several
pieces, the same for each piece by its number."""

ColumnName = Annotated[
    str,
    Matches(
        r"[a-z][a-z0-9_]*",
        "a column of a table, of at most 60 lower-case letters, digits and underscores",
        60,
    ),
]
Caption = Annotated[
    str,
    Matches(
        r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+",
        "what to see in the figure, for the report; one line of 1 to 1000 characters",
        1000,
    ),
]
References = tuple[Literal[tuple(THEORY_LINES)], ...]
ScaleKind = Literal["linear", "log"]
Range = Annotated[tuple[Annotated[float, Ge(-1e300), Le(1e300)], ...], Len(2, 2)]
Selection = Annotated[dict[str, Any], Values(bounds=True)]
"""A list of values of each column, or bounds ``at_least`` and ``at_most``."""


@dataclass(frozen=True)
class ExperimentView:
    """What a figure may draw of an experiment.

    Attributes:
        name: Its name.
        axes: The values of each of its axes.
        offers: What its networks offer (see `flatminima.networks.NetworkKind`).
        network: A description of its networks in words.
        runs: The columns of its runs.
        summary: The quantities in its summary, including probabilities.
        path: The quantities during training; none if it records no trajectories.
        width_follows_dataset: Whether each network is as wide as its data has features.
    """

    name: str
    axes: Mapping[str, tuple]
    offers: frozenset[str]
    network: str
    runs: Sequence[Column]
    summary: Sequence[Column]
    path: Sequence[Column]
    width_follows_dataset: bool


@dataclass(frozen=True)
class MeasurementView:
    """What a figure may draw of a measurement.

    Attributes:
        name: The name of its table.
        columns: The columns of the table.
    """

    name: str
    columns: Sequence[Column]


@dataclass(frozen=True, kw_only=True)
class FigureKind(Kind):
    """A kind of figure."""

    title: Text | None = None
    """The finding, a sentence above the figure, of 1 to 200 characters."""
    caption: Caption | None = None
    """What to see in the figure, for the report; one line of 1 to 1000 characters."""
    supplement: bool = False
    """Whether only `snakemake supplement`, or the figure's own target, draws it."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return what it is drawn from, by role.

        Returns:
            For each role the kind of table (``runs``, ``summary``, ``trajectories`` or ``theory``
            of an experiment, or a ``measurement``), and the name of the experiment or measurement.
        """
        raise NotImplementedError

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        raise NotImplementedError

    def drawn(self) -> dict[str, Any]:
        """Return the block of this kind as plain values, without what the drawing does not use."""
        return {k: v for k, v in self.plain().items() if k not in ("caption", "supplement")}

    def resolved(self, figures: Mapping[str, "FigureKind"]) -> "FigureKind":
        """Return the figure with the figures that it names in the place of their names."""
        del figures
        return self

    def pieces(self) -> tuple["FigureKind", ...]:
        """Return the figures that it draws, each of which is a figure by itself; mostly none."""
        return ()

    def parts(self) -> list["FigureKind"]:
        """Return the figures of which it consists, each of one experiment or measurement."""
        return [self]

    def check(self, view: Any) -> None:
        """Refuse to draw what there is not, or what would say something untrue.

        Args:
            view: An `ExperimentView` or a `MeasurementView`.

        Raises:
            flatminima.core.kinds.Misfit: At the first problem.
        """
        raise NotImplementedError

    def regression(self) -> dict[str, Any] | None:
        """Return the columns and runs whose regression it shows, None if it shows none.

        Returns:
            ``x``, ``y``, ``groups`` and ``select``, for
            `flatminima.summaries.cells.fit_regression`.
        """
        return None

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        raise NotImplementedError

    def draw(self, tables: Mapping[str, Any], words: ColumnWords) -> Any:
        """Draw it.

        Args:
            tables: The tables by role; that of its regression has the role ``numbers``.
            words: The words of the columns that it shows.

        Returns:
            A Matplotlib figure.
        """
        from flatminima.plotting.drawing import draw_beside, title_height

        width, height = self.page(tables)
        height += title_height(self.title, width)
        return draw_beside([lambda figure: self.paint(figure, tables, words)], width, height)

    def paint(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw it into a figure, or a part of one, below its finding."""
        from flatminima.plotting.drawing import add_title

        below = figure if self.title is None else add_title(figure, self.title)
        self.paint_panels(below, tables, words)

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        raise NotImplementedError

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        raise NotImplementedError

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        raise NotImplementedError


def listed(values: Iterable[Any]) -> str:
    """Name some values in a sentence."""
    return ", ".join(value if isinstance(value, str) else f"{value:.12g}" for value in values)


def check_column(key: str, name: str, columns: Iterable[Column]) -> None:
    """Refuse a column that is not there."""
    allowed = list(dict.fromkeys(column.name for column in columns))
    if name not in allowed:
        near = get_close_matches(name, allowed, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise Misfit(key, f"is {name!r}{hint}; allowed: {listed(allowed)}")


def check_ranges(figure: Any) -> None:
    """Refuse a range with its ends in the wrong order, or below 0 on a log scale."""
    for axis in ("x", "y"):
        ends = getattr(figure, f"{axis}_range")
        if ends is None:
            continue
        low, high = ends
        if not low < high:
            raise Misfit(
                f"{axis}_range", f"is [{low:.12g}, {high:.12g}]; allowed: the lower end first"
            )
        if getattr(figure, f"{axis}_scale") == "log" and not low > 0:
            raise Misfit(f"{axis}_range", f"starts at {low:.12g}; allowed on a log scale: above 0")


def check_references(references: Sequence[str], view: ExperimentView, x: str) -> None:
    """Refuse a line of theory that does not apply to the networks, or does not depend on x."""
    for name in references:
        if not THEORY_LINES[name].needs <= view.offers:
            allowed = [other for other, line in THEORY_LINES.items() if line.needs <= view.offers]
            raise Misfit(
                "references",
                f"holds {name}, a theory of linear networks, but {view.name} trains "
                f"{view.network}; allowed: {listed(allowed)}",
            )
    for name in references:
        if x != "learning_rate" and THEORY_LINES[name].bounds == "learning_rate":
            raise Misfit(
                "references",
                f"holds {name}, which is a learning rate, but x is {x!r}; allowed: lines of what "
                "the figure shows",
            )


def check_selection(selection: Selection, view: ExperimentView) -> None:
    """Refuse a selection of missing values, or one that leaves nothing to draw."""
    for axis, wanted in selection.items():
        if axis not in view.axes:
            raise Misfit(
                f"select.{axis}", f"is no axis of {view.name}; allowed: {listed(view.axes)}"
            )
        present = view.axes[axis]
        if not isinstance(wanted, Mapping):
            missing = [value for value in wanted if value not in present]
            if missing:
                raise Misfit(
                    f"select.{axis}",
                    f"holds {missing[0]!r}, which {view.name} does not have; allowed: "
                    f"{listed(present)}",
                )
        if not selected(wanted, present):
            raise Misfit(
                f"select.{axis}",
                f"leaves nothing of {view.name} to draw; it has {listed(present)}",
            )


def selected(wanted: Any, values: tuple) -> list:
    """Return the values that a selection keeps."""
    if not isinstance(wanted, Mapping):
        return [value for value in values if value in wanted]
    if any(isinstance(value, str) for value in values):
        return []
    low, high = wanted.get("at_least", -float("inf")), wanted.get("at_most", float("inf"))
    return [value for value in values if low <= value <= high]
