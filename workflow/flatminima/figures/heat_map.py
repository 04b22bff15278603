"""A heat map of a measurement: the colour of each entry of a matrix shows a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from flatminima.core.kinds import Reference, Values
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    FigureKind,
    MeasurementView,
    check_column,
)

__all__ = ["HeatMap"]


@dataclass(frozen=True)
class HeatMap(FigureKind):
    """Draws a column of a measurement that has a value for each x and y, in one or more panels.

    All panels share a scale of colours that is white at zero.
    """

    measurement: Annotated[str, Reference("measurements")]
    """The name of the measurement that is drawn, or of the table that a kind is reduced to."""
    x: ColumnName
    """The column of whole numbers that places stand by from left to right."""
    y: ColumnName
    """The column of whole numbers that places stand by from top to bottom."""
    value: ColumnName
    """The column of numbers that are colours."""
    panels: ColumnName
    """The column whose values have a panel each."""
    only: Annotated[dict[str, Any], Values()] = field(default_factory=dict)
    """For a column the values that are drawn."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        return {"table": ("measurement", self.measurement)}

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.x, self.y, self.value, self.panels]

    def check(self, view: MeasurementView) -> None:
        """Reject missing data."""
        for key in ("x", "y", "value", "panels"):
            check_column(key, getattr(self, key), view.columns)
        for name in self.only:
            check_column("only", name, view.columns)

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH, PAGE_WIDTH

        del tables
        return PAGE_WIDTH, COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        import numpy as np
        import seaborn as sns

        from flatminima.plotting.drawing import add_letters
        from flatminima.plotting.style import label_of

        table = tables["table"]
        for column, values in self.only.items():
            table = table[table[column].isin(values)]
        furthest = float(np.abs(table[self.value]).max())
        groups = list(table.groupby(self.panels))
        panels = figure.subplots(1, len(groups), squeeze=False)[0]
        for axes, (value, rows) in zip(panels, groups, strict=True):
            matrix = rows.pivot(index=self.y, columns=self.x, values=self.value)
            sns.heatmap(
                matrix, ax=axes, vmin=-furthest, vmax=furthest, cmap="vlag", square=True, cbar=False
            )
            axes.set_title(label_of(words, self.panels, value))
            axes.set(xlabel=words[self.x]["label"], ylabel=words[self.y]["label"])
            axes.tick_params(axis="y", labelrotation=0)
        add_letters(panels)
        image = panels[-1].collections[0]
        figure.colorbar(image, ax=list(panels), label=words[self.value]["label"])

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        value, x, y = (words[name]["words"] for name in (self.value, self.x, self.y))
        return f"{value} for each {y} and {x}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        panels = words[self.panels]["words"]
        return f"{self.headline(words)}; a panel for each {panels}, with one scale of colours"
