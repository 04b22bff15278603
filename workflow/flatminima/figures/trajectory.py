"""Quantities during training, one panel each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Len

from flatminima.core.kinds import Misfit, Reference
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    ExperimentView,
    FigureKind,
    References,
    Selection,
    check_column,
    check_references,
    check_selection,
)
from flatminima.plotting.references import THEORY_LINES

__all__ = ["Trajectory"]

AXES = ("dataset", "depth", "width", "init_scale", "learning_rate", "batch_size")
"""The axes in which trajectories may differ; colours distinguish the last one that varies."""


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

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        return {
            "summary": ("trajectories", self.experiment),
            "paths": ("paths", self.experiment),
            "theory": ("theory", self.experiment),
        }

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [*self.panels, "step", *AXES]

    def check(self, view: ExperimentView) -> None:
        """Reject missing data, and what would be misleading."""
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

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH

        del tables
        width = COLUMN_WIDTH if len(self.panels) == 1 else PAGE_WIDTH
        return width, 0.7 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        from flatminima.plotting.drawing import (
            FEWEST,
            add_legend,
            add_letters,
            draw_line,
            draw_references,
            draw_runs,
            end_of,
            set_axes,
        )
        from flatminima.plotting.labels import label_ends
        from flatminima.plotting.style import colours_of, label_of, values_of
        from flatminima.summaries.cells import select_rows

        summary = select_rows(tables["summary"], self.select)
        paths = select_rows(tables["paths"], self.select)
        theory = select_rows(tables["theory"], self.select)
        panels = figure.subplots(1, len(self.panels), squeeze=False)[0]
        named = []
        for axes, quantity in zip(panels, self.panels, strict=True):
            shown = summary[summary["quantity"] == quantity]
            axes_of_runs = [name for name in AXES if name in shown]
            varying = [name for name in axes_of_runs if shown[name].nunique() > 1]
            varying = varying or ["learning_rate"]
            # a value has one colour in all figures of the experiment
            colours = colours_of(varying[-1], values_of(tables["summary"], varying[-1]))
            for key, group in shown.groupby(varying):
                label = ", ".join(label_of(words, *pair) for pair in zip(varying, key, strict=True))
                style = {"colour": colours[key[-1]], "floor": words[quantity]["floor"]}
                if group["count"].max() < FEWEST:
                    runs = paths[(paths[varying] == key).all(axis=1)]
                    draw_runs(axes, runs, "step", quantity, label, **style)
                else:
                    draw_line(axes, group, "step", "mean", marker="", label=label, **style)
            ends = [end for line in axes.lines if (end := end_of(line)) is not None]
            if quantity.endswith("sharpness"):
                lines = (self.references, "step", varying[-1], colours)
                ends += draw_references(axes, theory, *lines)
            axes.set(xlabel=words["step"]["label"], ylabel=words[quantity]["label"], yscale="log")
            set_axes(axes, self, floor=words[quantity]["floor"])
            if label_ends(axes, ends):
                named += [end.text for end in ends]
        add_letters(panels)
        add_legend(figure, without=named)

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        return f"{', '.join(words[name]['words'] for name in self.panels)} along training"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        text = f"{self.headline(words)}: the mean of the runs with its 95 % interval"
        text += "; of fewer than four runs, each run"
        for floor in sorted({words[name]["floor"] for name in self.panels} - {0.0}):
            text += f"; what is below {floor:g} is rounding, drawn at that level"
        if self.references:
            lines = (THEORY_LINES[name].words for name in self.references)
            text += f"; lines of theory: {', '.join(lines)}"
        return text
