"""A summarised quantity against an axis, with a line per value of another axis."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from flatminima.core.kinds import Misfit, Reference
from flatminima.core.people import for_people
from flatminima.figures import (
    ColumnName,
    ColumnWords,
    ExperimentView,
    FigureKind,
    Range,
    References,
    ScaleKind,
    Selection,
    check_column,
    check_ranges,
    check_references,
    check_selection,
    listed,
    selected,
)
from flatminima.plotting.references import THEORY_LINES

__all__ = ["Sweep"]

BRACKET = frozenset({"dataset", "depth", "all_converge", "none_converges"})


@dataclass(frozen=True)
class Sweep(FigureKind):
    """Draws a summarised quantity against an axis."""

    experiment: Annotated[str, Reference("experiments")]
    """The name of the experiment that is drawn."""
    x: ColumnName
    """The axis of the abscissa."""
    y: ColumnName
    """The quantity of the ordinate."""
    lines: ColumnName
    """The axis that has one line a value."""
    statistic: Literal["mean", "median", "quantiles"] = "mean"
    """The mean over repetitions with its 95 % interval, or the median with the quartiles or with
    the 5 % and 95 % quantiles."""
    relative_to: Literal["two_over_learning_rate"] | None = None
    """A line of theory by which a sharpness is divided."""
    baseline: ColumnName | None = None
    """A quantity of the initialisation, drawn as one more line over all lines together."""
    references: References = ()
    """Lines of theory to draw."""
    brackets: Annotated[str, Reference("measurements", BRACKET)] | None = None
    """A measurement that brackets the critical rate of each depth, drawn beside them."""
    select: Selection = field(default_factory=dict)
    """Which values of an axis are drawn, all by default: a list, or {at_least, at_most}."""
    x_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    y_scale: ScaleKind = "linear"
    """A linear or a logarithmic axis."""
    x_range: Range | None = None
    """The two ends of the axis."""
    y_range: Range | None = None
    """The two ends of the axis."""

    def tables(self) -> dict[str, tuple[str, str]]:
        """Return the tables from which it is drawn, by role."""
        tables = {
            "summary": ("summary", self.experiment),
            "theory": ("theory", self.experiment),
        }
        if self.brackets is not None:
            tables["brackets"] = ("measurement", self.brackets)
        return tables

    def shown(self) -> list[str]:
        """Return the columns whose words the figure shows."""
        return [self.x, self.y, self.lines, *([self.baseline] if self.baseline else [])]

    def check(self, view: ExperimentView) -> None:
        """Reject missing data, and what would be misleading."""
        numeric = [
            axis
            for axis, values in view.axes.items()
            if not any(isinstance(value, str) for value in values)
        ]
        if self.x not in numeric:
            raise Misfit("x", f"is {self.x!r}; allowed: {listed(numeric)}")
        if self.lines not in view.axes:
            raise Misfit("lines", f"is {self.lines!r}; allowed: {listed(view.axes)}")
        check_column("y", self.y, view.summary)
        if self.lines == self.x:
            raise Misfit("lines", f"is {self.x!r}, the axis x; allowed: another axis")
        check_ranges(self)
        check_references(self.references, view, self.x)
        self._check_sharpness_axis()
        self._check_ratio()
        check_selection(self.select, view)
        self._check_open_axes(view)
        self._check_baseline(view)
        if self.brackets is not None and (self.x, self.lines) != ("learning_rate", "depth"):
            raise Misfit(
                "brackets",
                "are learning rates of depths; allowed where x is learning_rate and lines is depth",
            )

    def page(self, tables: Mapping[str, Any]) -> tuple[float, float]:
        """Return its width and height in inches."""
        from flatminima.plotting.style import COLUMN_WIDTH

        del tables
        return COLUMN_WIDTH, 0.9 * COLUMN_WIDTH

    def paint_panels(self, figure: Any, tables: Mapping[str, Any], words: ColumnWords) -> None:
        """Draw the panels and what is around them."""
        from flatminima.plotting.drawing import (
            add_legend,
            draw_brackets,
            draw_line,
            draw_probabilities,
            draw_references,
            end_of,
            set_axes,
        )
        from flatminima.plotting.labels import EndLabel, label_ends
        from flatminima.plotting.style import MARKERS, colours_of, label_of, values_of
        from flatminima.summaries.cells import select_rows

        summary = select_rows(tables["summary"], self.select)
        theory = select_rows(tables["theory"], self.select)
        shown = summary[summary["quantity"] == self.y]
        if self.relative_to is not None:
            shown = _divided(shown, theory, self.relative_to)
        axes = figure.subplots()
        axes.set_xscale(self.x_scale)
        # a value has one colour in all figures of the experiment
        known = colours_of(self.lines, values_of(tables["summary"], self.lines))
        colours = {value: known[value] for value in values_of(shown, self.lines)}
        floor = words[self.y]["floor"] if self.y_scale == "log" else 0.0
        for (value, colour), marker in zip(colours.items(), itertools.cycle(MARKERS), strict=False):
            rows = shown[shown[self.lines] == value]
            label = label_of(words, self.lines, value)
            if words[self.y]["moment"] == "probability":
                draw_probabilities(axes, rows, self.x, colour, marker, label)
                continue
            place = (list(colours).index(value) + 0.5) / len(colours) - 0.5
            draw_line(
                *(axes, rows, self.x, self.statistic, colour, marker, label),
                shift=0.03 * place if self.statistic == "quantiles" else None,
                of_survivors=words[self.y]["moment"] == "end",
                floor=floor,
            )
        converged, runs = shown["converged"].sum(), shown["runs"].sum()
        if words[self.y]["moment"] == "end" and 2 * converged < runs:
            axes.plot([], [], linestyle="", label=f"{converged:,} of {runs:,} runs converged")
        if words[self.y]["moment"] == "end" and shown["mean"].isna().all():
            middle = {"transform": axes.transAxes, "ha": "center", "va": "center"}
            axes.text(0.5, 0.75, "all runs diverged", **middle)
        if self.baseline is not None:
            baseline = summary[summary["quantity"] == self.baseline]
            style = ("0.45", "", "at the start")
            draw_line(axes, baseline, self.x, self.statistic, *style, dashed=True, floor=floor)
        drawn = [end for line in axes.lines if (end := end_of(line)) is not None]
        ends = draw_references(axes, theory, self.references, self.x, self.lines, colours)
        if self.brackets is not None:
            brackets = tables["brackets"]
            draw_brackets(axes, brackets[brackets["dataset"].isin(shown["dataset"])], colours)
        label = words[self.y]["label"]
        if self.relative_to is not None:
            edge = THEORY_LINES[self.relative_to]
            label = f"sharpness over {edge.label}"
            axes.axhline(1, color="black", linestyle="--", linewidth=0.9)
            ends.append(EndLabel(edge.label, None, 1.0, "black"))
        axes.set(xlabel=words[self.x]["label"], ylabel=label)
        at = values_of(shown, self.x) if self.x in ("depth", "width") else None
        set_axes(axes, self, at=at, floor=floor)
        above = self._label_above(axes, theory, colours, words)
        if not above and label_ends(axes, drawn + ends):
            named = [end.text for end in drawn]
        else:
            label_ends(axes, ends)
            named = above
        add_legend(figure, without=named)

    def _label_above(self, axes: Any, theory: Any, colours: Any, words: ColumnWords) -> list[str]:
        """Name each line above the critical rate that is drawn for it; return the names."""
        from flatminima.plotting.labels import EndLabel, label_above
        from flatminima.plotting.style import label_of

        rates = [name for name in self.references if THEORY_LINES[name].bounds == "learning_rate"]
        if self.x != "learning_rate" or not rates:
            return []
        of = theory[theory["quantity"] == rates[0]].set_index(self.lines)["value"]
        labels = [
            EndLabel(label_of(words, self.lines, value), of[value], 1.0, colour)
            for value, colour in colours.items()
            if value in of.index
        ]
        return [label.text for label in labels] if label_above(axes, labels) else []

    @for_people
    def headline(self, words: ColumnWords) -> str:
        """Say in a few words what is drawn."""
        return f"{words[self.y]['words']} against {words[self.x]['words']}"

    @for_people
    def describe(self, words: ColumnWords) -> str:
        """Say what is drawn and how, in a sentence without its full stop."""
        statistic = {
            "mean": "mean over the runs that did not diverge, with its 95 % interval",
            "median": "median over the runs that did not diverge, with the quartiles",
            "quantiles": "median over the runs that did not diverge, with 5 % and 95 %",
        }[self.statistic]
        text = f"{self.headline(words)}, a line for each {words[self.lines]['words']}: {statistic}"
        if words[self.y]["moment"] == "end":
            text += "; cells with fewer than five such runs are left out"
        if self.relative_to is not None:
            text += f"; all over {THEORY_LINES[self.relative_to].words}"
        if self.y_scale == "log" and words[self.y]["floor"]:
            text += f"; what is below {words[self.y]['floor']:g} is rounding, drawn at that level"
        if self.baseline is not None:
            text += f"; beside it {words[self.baseline]['words']}"
        if self.references:
            lines = (THEORY_LINES[name].words for name in self.references)
            text += f"; lines of theory: {', '.join(lines)}"
        if self.brackets is not None:
            text += f"; pairs of arrows: the critical rate as {self.brackets} brackets it"
        return text

    def _check_sharpness_axis(self) -> None:
        """Refuse a sharpness of the theory if the ordinate shows something else."""
        if self.y in ("final_sharpness", "initial_sharpness"):
            return
        for name in self.references:
            if THEORY_LINES[name].bounds != "learning_rate":
                raise Misfit(
                    "references",
                    f"holds {name}, which is a sharpness, but y is {self.y!r}; allowed: lines of "
                    "what the figure shows",
                )

    def _check_ratio(self) -> None:
        """Refuse to divide what is no sharpness of the end, or what has no learning rate."""
        if self.relative_to is None:
            return
        if self.y != "final_sharpness":
            raise Misfit("relative_to", f"divides {self.y!r}; allowed: where y is final_sharpness")
        for key in ("baseline", "references"):
            if getattr(self, key):
                raise Misfit(key, "is no ratio; allowed: where relative_to is not given")

    def _check_open_axes(self, view: ExperimentView) -> None:
        """Refuse to draw several values of an axis as one line."""
        for axis, values in view.axes.items():
            if axis in self.select:
                values = selected(self.select[axis], values)
            follows = axis == "width" and view.width_follows_dataset
            if axis not in (self.x, self.lines) and len(values) > 1 and not follows:
                raise Misfit(
                    "",
                    f"leaves {len(values)} values of {axis} open; allowed: one, by select, or the "
                    "axis as x or as lines",
                )

    def _check_baseline(self, view: ExperimentView) -> None:
        """Refuse a baseline of initialisations that differ from line to line."""
        if self.baseline is None:
            return
        allowed = [column.name for column in view.summary if column.moment == "start"]
        if self.baseline not in allowed:
            raise Misfit("baseline", f"is {self.baseline!r}; allowed: {listed(allowed)}")
        if self.lines == "learning_rate":
            return
        values = view.axes[self.lines]
        if self.lines in self.select:
            values = selected(self.select[self.lines], values)
        if len(values) > 1:
            raise Misfit(
                "baseline",
                f"is one line, but each line of another {self.lines} starts elsewhere; allowed: a "
                "baseline where lines is learning_rate",
            )


def _divided(shown: Any, theory: Any, reference: str) -> Any:
    """Return the rows of a summary over a line of theory that depends on the learning rate."""
    from flatminima.plotting.style import INTERVALS

    unit = theory[theory["quantity"] == reference].set_index("learning_rate")["value"]
    columns = sorted({column for names in INTERVALS.values() for column in names})
    return shown.assign(**shown[columns].div(shown["learning_rate"].map(unit), axis=0))
