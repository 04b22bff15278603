"""One quantity of each run against another on log axes, with the regression line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from flatminima.core.kinds import Misfit, Reference
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    ExperimentView,
    FigureKind,
    Selection,
    check_column,
    check_selection,
    listed,
)

__all__ = ["Scatter"]


@dataclass(frozen=True)
class Scatter(FigureKind):
    """Draws one quantity of each run against another."""

    experiment: Annotated[str, Reference("experiments")]
    """The name of the experiment that is drawn."""
    x: ColumnName
    """A column of the run table."""
    y: ColumnName
    """A column of the run table."""
    colours: ColumnName | None = None
    """An axis that colours distinguish; the slopes within and between its values are shown too."""
    select: Selection = field(default_factory=dict)
    """Which values of an axis are drawn, all by default: a list, or {at_least, at_most}."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        return {"runs": ("runs", self.experiment)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.x, self.y, self.colours or "learning_rate"]

    def check(self, view: ExperimentView) -> None:
        """Reject missing data, and what would be misleading."""
        quantities = [column for column in view.runs if column.moment]
        check_column("x", self.x, quantities)
        check_column("y", self.y, quantities)
        if self.colours is not None and self.colours not in view.axes:
            raise Misfit("colours", f"is {self.colours!r}; allowed: {listed(view.axes)}")
        check_selection(self.select, view)

    def regression(self) -> dict[str, Any]:
        """Return the columns and runs whose regression it shows."""
        return {"x": self.x, "y": self.y, "groups": self.colours, "select": self.select}

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH

        del tables
        return COLUMN_WIDTH, 0.9 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        from scipy.stats import gmean

        from flatminima.plotting.drawing import add_legend, set_axes
        from flatminima.plotting.style import colours_of, label_of, values_of
        from flatminima.summaries.cells import select_rows
        from flatminima.summaries.statistics import regression_band

        runs = select_rows(tables["runs"], self.select)
        shown = runs[(runs[self.x] > 0) & (runs[self.y] > 0)]
        line = tables["numbers"].iloc[0].to_dict()
        axes = figure.subplots()
        by = self.colours or "learning_rate"
        colours = colours_of(by, values_of(shown, by))
        named = list(colours) if len(colours) <= 4 else list(colours)[:: len(colours) - 1]
        for value, group in shown.groupby(by):
            axes.plot(
                *(group[self.x], group[self.y]),
                color=colours[value],
                marker="o",
                markersize=2.2,
                markeredgewidth=0,
                linestyle="",
                alpha=0.5,
                label=f"a run, {label_of(words, by, value)}" if value in named else None,
            )
            if self.colours is not None:
                ends = np.array([group[self.x].min(), group[self.x].max()])
                middle_x, middle_y = (gmean(group[name]) for name in (self.x, self.y))
                within = middle_y * (ends / middle_x) ** line["slope_within"]
                axes.plot(ends, within, color=colours[value])
        grid = np.geomspace(shown[self.x].min(), shown[self.x].max(), 100)
        middle, low, high = regression_band(line, grid)
        label = f"all runs: {_slope(line, 'slope')}, $r^2$ = {line['r_squared']:.2f}"
        if self.colours is not None:
            label += (
                f"\nbetween values: {_slope(line, 'slope_between')}"
                f"\nwithin a value: {_slope(line, 'slope_within')}, "
                f"$r^2$ = {line['r_squared_within']:.2f}"
            )
        axes.plot(grid, middle, color="black", label=label)
        axes.fill_between(grid, low, high, color="black", alpha=0.2, linewidth=0)
        axes.set(
            xlabel=words[self.x]["label"],
            ylabel=words[self.y]["label"],
            xscale="log",
            yscale="log",
        )
        set_axes(axes, self)
        add_legend(figure)

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        return f"{words[self.y]['words']} against {words[self.x]['words']}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        text = (
            f"{self.headline(words)}, a point for each run, and the regression line of their "
            "logarithms"
        )
        if self.colours is not None:
            text += (
                f"; a short line has the slope within a value of the {words[self.colours]['words']}"
            )
        return text


def _slope(line: Mapping[str, float], name: str) -> str:
    """Write a slope with its interval."""
    return f"slope {line[name]:.2f} [{line[f'{name}_low']:.2f}, {line[f'{name}_high']:.2f}]"
