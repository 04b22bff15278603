"""Quantities along training, one panel each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Len

from flatminima.figures import (
    Caption,
    ColumnName,
    ExperimentView,
    FigureKind,
    References,
    Selection,
    Words,
    check_column,
    check_references,
    check_selection,
)
from flatminima.kinds import Misfit, Reference, Text
from flatminima.theory.references import REFERENCES

__all__ = ["Trajectory"]

AXES = ("dataset", "depth", "width", "init_scale", "learning_rate", "batch_size")
"""What trajectories may differ in; colour tells the last that varies apart."""


@dataclass(frozen=True)
class Trajectory(FigureKind):
    """Draws quantities along training."""

    experiment: Annotated[str, Reference("experiments")]
    """The name of the experiment that is drawn; it records trajectories."""
    panels: Annotated[tuple[ColumnName, ...], Len(1)] = ("distance", "sharpness")
    """The quantities, one panel each, from left to right."""
    references: References = ()
    """Lines of theory to draw, where a sharpness is."""
    select: Selection = field(default_factory=dict)
    """Which values of an axis are drawn, all by default: a list, or {at_least, at_most}."""
    title: Text | None = None
    """The text above the figure, of one line and 1 to 200 characters."""
    caption: Caption | None = None
    """What to see in the figure, for the report; one line of 1 to 1000 characters."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return what it is drawn from, by role."""
        return {
            "summary": ("trajectories", self.experiment),
            "theory": ("theory", self.experiment),
        }

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [*self.panels, "step", *AXES]

    def check(self, view: ExperimentView) -> None:
        """Refuse to draw what there is not, or what would say something untrue."""
        if not view.path:
            raise Misfit(
                "experiment",
                f"is {view.name!r}, which records no trajectories; allowed: an experiment with "
                "record_every",
            )
        for place, name in enumerate(self.panels):
            check_column(f"panels[{place}]", name, view.path)
        check_references(self.references, view, "step")
        check_selection(self.select, view)

    def draw(self, tables: Mapping[str, Any], words: Words) -> Any:
        """Draw it."""
        from flatminima.drawing import COLUMN_WIDTH, draw_beside

        width = COLUMN_WIDTH * len(self.panels) * 0.9
        return draw_beside(
            [lambda figure: self.paint(figure, tables, words)], width, 0.75 * COLUMN_WIDTH
        )

    def paint(self, figure: Any, tables: Mapping[str, Any], words: Words) -> None:
        """Draw it into a figure or a part of one."""
        from flatminima.drawing import colour_of, draw_line, draw_references, finish, label_of
        from flatminima.summaries.cells import select_rows

        summary = select_rows(tables["summary"], self.select)
        theory = select_rows(tables["theory"], self.select)
        panels = figure.subplots(1, len(self.panels), squeeze=False)[0]
        for axes, quantity in zip(panels, self.panels, strict=True):
            shown = summary[summary["quantity"] == quantity]
            colours = {}
            axes_of_runs = [name for name in AXES if name in shown]
            varying = [name for name in axes_of_runs if shown[name].nunique() > 1]
            varying = varying or ["learning_rate"]
            for position, (key, group) in enumerate(shown.groupby(varying)):
                colour = colour_of(varying[-1], key[-1], position)
                colours[key[-1]] = colour
                label = ", ".join(label_of(words, *pair) for pair in zip(varying, key, strict=True))
                draw_line(axes, group, "step", "mean", colour, "", label)
            if quantity.endswith("sharpness"):
                draw_references(axes, theory, self.references, "step", varying[-1], colours)
            axes.set(xlabel=words["step"]["label"], ylabel=words[quantity]["label"], yscale="log")
        finish(figure, self)

    def headline(self, words: Words) -> str:
        """Return in a few words what is drawn."""
        return f"{', '.join(words[name]['words'] for name in self.panels)} along training"

    def describe(self, words: Words) -> str:
        """Return in a sentence, without its point, what is drawn and how."""
        text = self.headline(words)
        if self.references:
            lines = (REFERENCES[name].column.words for name in self.references)
            text += f"; lines of theory: {', '.join(lines)}"
        return text
