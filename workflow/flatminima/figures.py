"""From summary tables to figures, in one style.

A colour means the same in every figure: learning rates and depths have each a palette of
their own, computed from the value alone, that grows darker to brighter and can be told apart
without colour vision; markers tell neighbouring lines apart in print.
"""

import itertools
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from flatminima.statistics import regression_band
from flatminima.summaries import add_generalisation_gap, select_rows

__all__ = [
    "INTERVALS",
    "LABELS",
    "REFERENCES",
    "SURVIVOR_QUANTITIES",
    "colour_of",
    "draw_benchmark",
    "draw_measurement",
    "draw_scatter",
    "draw_sweep",
    "draw_sweeps",
    "draw_trajectories",
    "save_figure",
]

COLUMN_WIDTH = 3.4
"""Inches; the width of one column of a paper."""

STYLE = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "legend.fontsize": 6.5,
    "legend.title_fontsize": 7,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "axes.linewidth": 0.6,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "savefig.dpi": 300,
    "figure.constrained_layout.use": True,
}

LABELS = {
    "init_scale": "scale of the initialisation",
    "learning_rate": r"learning rate $\eta$",
    "depth": r"depth $L$",
    "width": "width of the hidden layers",
    "dataset": "dataset",
    "step": "step of gradient descent",
    "final_sharpness": r"sharpness $\lambda_{\max}(\nabla^2 R)$ after training",
    "initial_sharpness": r"sharpness $\lambda_{\max}(\nabla^2 R)$ at initialisation",
    "sharpness": r"sharpness $\lambda_{\max}(\nabla^2 R)$",
    "final_distance": r"$\|w_\mathrm{prod} - w^*\|^2$ after training",
    "initial_distance": r"$\|w_\mathrm{prod} - w^*\|^2$ at initialisation",
    "distance": r"$\|w_\mathrm{prod} - w^*\|^2$",
    "train_risk": r"training risk $R$",
    "test_risk": "test risk",
    "generalisation_gap": r"test risk $-$ training risk",
    "gradient_norm": r"gradient norm $\|\nabla R\|$ after training",
    "divergence_probability": "probability of divergence",
    "convergence_probability": "probability of convergence",
}

REFERENCES = {
    "two_over_learning_rate": r"$2/\eta$",
    "lower_bound": r"lower bound $2cLa$",
    "minimal_sharpness": r"minimal sharpness $S_{\min}$",
    "balanced_sharpness": r"balanced minimiser",
    "upper_bound": r"upper bound of $S_{\min}$",
    "flow_bound": r"bound for gradient flow $8cL\Lambda$",
    "critical_learning_rate": r"critical rate $2/S_{\min}$",
    "paper_critical_learning_rate": r"critical rate $1/(cLa)$",
}

COLUMNS = {
    "built_sharpness": "the minimiser built, brute force",
    "searched_sharpness": "flattest minimiser found by search",
    "lower_bound": r"$2cLa$",
    "minimal_sharpness": r"$S_{\min}$",
    "balanced_sharpness": r"$S_\mathrm{balanced}$",
    "upper_bound": r"$2c\sqrt{(2L-1)\Lambda^2+(L-1)^2a^2}$",
    "flow_bound": r"$8cL\Lambda$",
    "flow_sharpness": "sharpness at the end of the flow",
    "final_sharpness": "sharpness at the end",
    "layer_norm_bound": r"$2\,w^{*T}\Sigma w^* \sum_k \|W_k\|^{-2}$",
    "rank_one_rest": r"$\max_k\; 1-\sigma_1^2/\|W_k\|_F^2$",
    "alignment": "alignment of neighbouring layers, the least",
    "norm_spread": "largest over smallest layer norm",
    "excess_risk": r"$R - R_{\min}$",
    "lojasiewicz_ratio": "ratio of the sides of Theorem 3",
    "imbalance_change": r"change of $W_{k+1}^T W_{k+1} - W_k W_k^T$",
    "deviation": r"$\max_k \|\theta_k\|_F$",
    "largest_singular_value": "largest singular value",
    "smallest_singular_value": "smallest singular value",
    "limiting_largest": "limit of the largest",
    "limiting_smallest": "limit of the smallest",
    "critical_rate": "measured critical rate",
    "exact_critical_rate": r"$2/S_{\min}$",
    "paper_critical_rate": r"$1/(cLa)$",
    "condition_number": "condition number of the covariance",
    "factor": "factor $C$ between two layers",
    "time": "time of the flow",
    "relative_rate": r"learning rate over $2/S_{\min}$",
    "learning_rate": r"learning rate $\eta$",
}
"""What the columns of measurements are called, in a legend or on an axis."""

SYMBOLS = {"learning_rate": r"$\eta$", "depth": "$L$", "init_scale": "scale", "width": "width"}
MARKERS = "osD^vPX*<>"
SURVIVOR_QUANTITIES = [
    *("final_sharpness", "final_distance", "train_risk", "test_risk"),
    *("generalisation_gap", "gradient_norm"),
]
"""Quantities of the runs that did not diverge; open markers show where some did."""

INTERVALS = {"mean": ("low", "high"), "median": ("q25", "q75")}


def draw_sweep(summary: pd.DataFrame, theory: pd.DataFrame, spec: Mapping[str, Any]) -> Figure:
    """Draw a summarised quantity against an axis, one line a value of another axis.

    Args:
        summary: From `flatminima.summaries.summarise_runs`.
        theory: From `flatminima.summaries.tabulate_theory`.
        spec: The figure's block of the configuration: ``x``, ``y``, ``lines`` and optionally
            ``statistic``, ``baseline``, ``references``, ``select``, ``x_scale``, ``y_scale``,
            ``x_range``, ``y_range``, ``title``.
    """
    with _style():
        figure = Figure(figsize=(COLUMN_WIDTH, 0.95 * COLUMN_WIDTH))
        _draw_sweep(figure, summary, theory, spec)
    return figure


def draw_sweeps(sweeps: Sequence[tuple[pd.DataFrame, pd.DataFrame, Mapping[str, Any]]]) -> Figure:
    """Draw several sweeps side by side, each as `draw_sweep` draws it from the same arguments."""
    with _style():
        figure = Figure(figsize=(len(sweeps) * COLUMN_WIDTH, 0.95 * COLUMN_WIDTH))
        parts = figure.subfigures(1, len(sweeps), squeeze=False)[0]
        for part, sweep in zip(parts, sweeps, strict=True):
            _draw_sweep(part, *sweep)
    return figure


def _draw_sweep(
    figure: FigureBase, summary: pd.DataFrame, theory: pd.DataFrame, spec: Mapping[str, Any]
) -> None:
    """Draw a sweep into a figure or a part of one."""
    x, y, lines = spec["x"], spec["y"], spec["lines"]
    statistic = spec.get("statistic", "mean")
    selection = spec.get("select", {})
    summary, theory = select_rows(summary, selection), select_rows(theory, selection)
    shown = summary[summary["quantity"] == y]
    axes = figure.subplots()
    colours = {value: colour_of(lines, value, i) for i, value in enumerate(_values(shown, lines))}
    for (value, colour), marker in zip(colours.items(), itertools.cycle(MARKERS), strict=False):
        label = _label(lines, value)
        _draw_line(axes, shown[shown[lines] == value], x, statistic, colour, marker, label)
    if "baseline" in spec:
        baseline = summary[summary["quantity"] == spec["baseline"]]
        _draw_line(axes, baseline, x, statistic, "0.45", "", "at initialisation", dashed=True)
    _draw_references(axes, theory, spec.get("references", []), x, lines, colours)
    axes.set(xlabel=LABELS[x], ylabel=LABELS[y])
    _finish(figure, spec)


def draw_trajectories(
    summary: pd.DataFrame, theory: pd.DataFrame, spec: Mapping[str, Any]
) -> Figure:
    """Draw quantities along training, one panel each.

    Args:
        summary: From `flatminima.summaries.summarise_trajectories`.
        theory: From `flatminima.summaries.tabulate_theory`.
        spec: The figure's block: optionally ``panels``, ``references``, ``select``, ``title``.
    """
    panels = spec.get("panels", ["distance", "sharpness"])
    selection = spec.get("select", {})
    summary, theory = select_rows(summary, selection), select_rows(theory, selection)
    with _style():
        figure = Figure(figsize=(COLUMN_WIDTH * max(1, len(panels)) * 0.9, 0.75 * COLUMN_WIDTH))
        for axes, quantity in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
        ):
            shown = summary[summary["quantity"] == quantity]
            colours = {}
            axis = ["dataset", "depth", "width", "init_scale", "learning_rate"]
            varying = [name for name in axis if shown[name].nunique() > 1] or ["learning_rate"]
            for position, (key, group) in enumerate(shown.groupby(varying)):
                colour = colour_of(varying[-1], key[-1], position)
                colours[key[-1]] = colour
                label = ", ".join(_label(n, v) for n, v in zip(varying, key, strict=True))
                _draw_line(axes, group, "step", "mean", colour, "", label)
            if quantity == "sharpness":
                references = spec.get("references", [])
                _draw_references(axes, theory, references, "step", varying[-1], colours)
            axes.set(xlabel=LABELS["step"], ylabel=LABELS[quantity], yscale="log")
        _finish(figure, spec)
    return figure


def draw_scatter(runs: pd.DataFrame, regression: pd.DataFrame, spec: Mapping[str, Any]) -> Figure:
    """Draw one quantity of each run against another on log axes, with the regression line.

    Args:
        runs: A run table, with `flatminima.runs.RUN_COLUMNS`.
        regression: From `flatminima.summaries.fit_regression`.
        spec: The figure's block: ``x``, ``y`` and optionally ``select``, ``title``.
    """
    x, y = spec["x"], spec["y"]
    runs = add_generalisation_gap(select_rows(runs, spec.get("select", {})))
    shown = runs.query(f"{x} > 0 and {y} > 0")
    line = regression.iloc[0].to_dict()
    with _style():
        figure = Figure(figsize=(COLUMN_WIDTH, 0.95 * COLUMN_WIDTH))
        axes = figure.subplots()
        for position, (rate, group) in enumerate(shown.groupby("learning_rate")):
            colour = colour_of("learning_rate", rate, position)
            sns.scatterplot(
                data=group,
                x=x,
                y=y,
                ax=axes,
                s=5,
                color=colour,
                alpha=0.6,
                linewidth=0,
                label=f"a run, {_label('learning_rate', rate)}",
                legend=False,
            )
        grid = np.geomspace(shown[x].min(), shown[x].max(), 100)
        middle, low, high = regression_band(line, grid)
        label = (
            f"slope {line['slope']:.2f} [{line['slope_low']:.2f}, {line['slope_high']:.2f}]\n"
            f"$r^2$ = {line['r_squared']:.2f}, p = {line['p_value']:.1g}"
        )
        axes.plot(grid, middle, color="black", label=label)
        axes.fill_between(grid, low, high, color="black", alpha=0.2, linewidth=0)
        axes.set(xlabel=LABELS[x], ylabel=LABELS[y], xscale="log", yscale="log")
        _finish(figure, {key: spec[key] for key in ("title",) if key in spec})
    return figure


def draw_measurement(table: pd.DataFrame, spec: Mapping[str, Any]) -> Figure:
    """Draw columns of a measurement against another: markers measured, lines closed forms.

    Args:
        table: From `flatminima.measurements`.
        spec: The figure's block: ``x``, ``y`` and optionally ``curves``, ``interval``,
            ``colours``, ``panels``, ``relative_to``, ``only``, ``y_label``, ``title``,
            scales and ranges.
    """
    for column, values in spec.get("only", {}).items():
        table = table[table[column].isin(values)]
    unit = table[spec["relative_to"]] if "relative_to" in spec else 1.0
    measured, curves = spec["y"], spec.get("curves", [])
    table = table.assign(
        **{name: table[name] / unit for name in [*measured, *curves, *spec.get("interval", [])]}
    )
    panels = list(table.groupby(spec["panels"])) if "panels" in spec else [(None, table)]
    columns = 2 if len(panels) in (2, 4) else min(3, len(panels))
    rows = -(-len(panels) // columns)
    wide = 1 if len(panels) == 1 else 2
    with _style():
        figure = Figure(figsize=(wide * COLUMN_WIDTH, (0.3 + 0.65 * rows) * COLUMN_WIDTH))
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
        for axes, (panel, part) in itertools.zip_longest(grid.flat, panels, fillvalue=(None, None)):
            if part is None:
                axes.remove()
                continue
            _draw_measured(axes, part, spec, _measured_colours(table, spec))
            if panel is not None:
                axes.set_title(_label(spec["panels"], panel))
            axes.set(xlabel=COLUMNS.get(spec["x"], LABELS.get(spec["x"], spec["x"])), ylabel="")
        figure.supylabel(spec.get("y_label", _measured_label(spec)), fontsize=8)
        _finish(figure, spec)
        for axes in figure.axes:
            if spec["x"] in ("depth", "width"):  # few values, which are what is of interest
                axes.set_xticks(sorted(table[spec["x"]].unique()))
                axes.set_xticks([], minor=True)
                axes.xaxis.set_major_formatter("{x:.0f}")
    return figure


def _measured_label(spec: Mapping[str, Any]) -> str:
    names = " / ".join(COLUMNS.get(name, name) for name in spec["y"])
    if "relative_to" in spec:
        what = "sharpness" if "sharpness" in spec["relative_to"] else "rate"
        return f"{what} over {COLUMNS[spec['relative_to']]}"
    return names if len(spec["y"]) == 1 else "value"


def _measured_colours(table: pd.DataFrame, spec: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the colour of each value of the column that is told apart by colour."""
    grouping = spec.get("colours")
    if grouping is None:
        return {}
    values = _values(table, grouping)
    if grouping == "init_scale":
        return dict(zip(values, sns.color_palette("viridis", len(values)), strict=True))
    return {value: colour_of(grouping, value, place) for place, value in enumerate(values)}


def _draw_measured(
    axes: Axes, rows: pd.DataFrame, spec: Mapping[str, Any], colours: Mapping[Any, Any]
) -> None:
    """Draw one panel; colours tell groups apart, markers the measured columns."""
    x, grouping = spec["x"], spec.get("colours")
    groups = list(rows.groupby(grouping)) if grouping else [(None, rows)]
    styles = itertools.cycle(["-", ":", "--", "-."])
    for curve, style in zip(spec.get("curves", []), styles, strict=False):
        same = _same_in_all(groups, x, curve)
        for value, group in groups:
            means = group.groupby(x)[curve].mean()
            colour = "black" if same else colours[value]
            axes.plot(means.index, means, color=colour, linestyle=style, linewidth=0.9)
        axes.plot([], [], color="black", linestyle=style, linewidth=0.9, label=COLUMNS[curve])
    several = len(spec["y"]) > 1
    for place, name in enumerate(spec["y"]):
        own = sns.color_palette("colorblind")[place]
        for value, group in groups:
            colour = colours.get(value, own)
            if "interval" in spec:
                low, high = spec["interval"]
                axes.vlines(group[x], group[low], group[high], color=colour, linewidth=1)
            sns.scatterplot(
                data=group,
                x=x,
                y=name,
                ax=axes,
                color=colour,
                marker=MARKERS[place],
                s=10,
                alpha=0.7,
                linewidth=0,
                legend=False,
            )
        if several or not colours:
            colour = "0.3" if colours else own
            marker = {"color": colour, "marker": MARKERS[place], "linestyle": ""}
            axes.plot([], [], **marker, label=COLUMNS.get(name, name))
    for value, colour in colours.items():
        marker = {"color": colour, "marker": "s" if several else "o", "linestyle": ""}
        axes.plot([], [], **marker, label=_label(grouping, value))


def _same_in_all(groups: list, x: str, column: str) -> bool:
    """Tell whether a closed form depends on x alone, and needs no colour."""
    means = [group.groupby(x)[column].mean() for _, group in groups]
    return all(mean.index.equals(means[0].index) and np.allclose(mean, means[0]) for mean in means)


def draw_benchmark(timings: pd.DataFrame, references: pd.DataFrame) -> Figure:
    """Draw the times of `flatminima.benchmark.run_benchmark`, beside others as lines.

    Columns of panels: what varies. Above a gradient step of one run, below a sharpness.

    Args:
        timings: The table of the benchmark.
        references: From `flatminima.benchmark_references.reference_times`.
    """
    columns = {"runs": "runs in the batch", "depth": LABELS["depth"], "width": "width"}
    styles = {"before": ":", "limit": "-"}
    names = {"before": "before (on our machine)", "limit": "limit: C (on our machine)"}
    networks = sorted(set(timings["network"]))
    colours = dict(zip(networks, sns.color_palette("colorblind", len(networks)), strict=True))
    with _style():
        figure = Figure(figsize=(2 * COLUMN_WIDTH, 1.2 * COLUMN_WIDTH))
        panels = figure.subplots(2, len(columns), sharey="row")
        for (step_axes, sharpness_axes), (varied, label) in zip(
            panels.T, columns.items(), strict=True
        ):
            here = timings[timings["varied"] == varied]
            for (network, group), marker in zip(here.groupby("network"), MARKERS, strict=False):
                points = {"color": colours[network], "marker": marker, "markeredgewidth": 0}
                step, loop = group["step_microseconds"], group["loop_microseconds"]
                step_axes.plot(group[varied], step, **points, linestyle="", label=network)
                step_axes.plot(
                    group[varied], loop, **points, linestyle="--", label=f"{network}, plain loop"
                )
                sharpness_axes.plot(group[varied], group["sharpness_milliseconds"], **points)
                for reference, style in styles.items():
                    times = references.query(
                        "reference == @reference and network == @network and varied == @varied"
                    )
                    step_axes.plot(
                        times["value"],
                        times["step_microseconds"],
                        color=colours[network],
                        linestyle=style,
                        linewidth=0.8,
                        label=f"{network}, {names[reference]}",
                    )
            for axes in (step_axes, sharpness_axes):
                axes.set(xscale="log", yscale="log")
                axes.set_xticks(sorted(set(here[varied])))
                axes.set_xticks([], minor=True)
                axes.xaxis.set_major_formatter("{x:.0f}")
            sharpness_axes.set_xlabel(label)
        panels[0, 0].set_ylabel("gradient step of one run [µs]")
        panels[1, 0].set_ylabel("sharpness of one run [ms]")
        handles, labels = panels[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=2)
        for axes in panels.flat:
            sns.despine(ax=axes)
    return figure


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PDF or PNG by the path's ending, with the same bytes at every build."""
    ending = Path(path).suffix
    metadata = {".pdf": {"CreationDate": None}, ".png": {"Software": None}}[ending]
    drawn = BytesIO()  # Matplotlib's PDF writer hides why a file cannot be written
    with _style():
        figure.savefig(drawn, format=ending[1:], metadata=metadata)
    Path(path).write_bytes(drawn.getvalue())


def _style():
    """Return the context in which everything is drawn and saved."""
    with mpl.rc_context():
        sns.set_theme(context="paper", style="ticks")
        theme = dict(mpl.rcParams)
    theme.pop("backend", None)
    return mpl.rc_context({**theme, **STYLE})


def _values(table: pd.DataFrame, axis: str) -> list:
    return sorted(table[axis].dropna().unique())


def colour_of(axis: str, value: Any, position: int) -> Any:
    """Return the colour of a value, whatever other values a figure holds."""
    if axis == "learning_rate":
        return _on_scale("viridis", np.log10(value), -3.0, -0.5)
    if axis in ("depth", "width"):
        return _on_scale("plasma", np.log2(value), 1.0, 7.0)
    return sns.color_palette("colorblind")[position % 10]


def _on_scale(palette: str, value: float, low: float, high: float) -> Any:
    # the brightest end of a palette cannot be read on white
    return mpl.colormaps[palette](0.9 * np.clip((value - low) / (high - low), 0, 1))


def _label(axis: str, value: Any) -> str:
    text = value if isinstance(value, str) else f"{value:g}"
    return f"{SYMBOLS[axis]} = {text}" if axis in SYMBOLS else str(text)


def _draw_line(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    statistic: str,
    colour: Any,
    marker: str,
    label: str,
    *,
    dashed: bool = False,
) -> None:
    """Draw one line with its interval; cells without a run that counts leave a gap."""
    table = table.sort_values(x)
    low, high = INTERVALS[statistic]
    sns.lineplot(
        data=table,
        x=x,
        y=statistic,
        ax=axes,
        color=colour,
        marker=marker,
        linestyle=(0, (4, 2)) if dashed else "-",
        markeredgecolor=colour,
        markeredgewidth=0.8,
        errorbar=None,
        label=label,
        legend=False,
    )
    axes.fill_between(table[x], table[low], table[high], color=colour, alpha=0.2, linewidth=0)
    if marker and (table["quantity"].isin(SURVIVOR_QUANTITIES)).all():
        thinned = table[(table["diverged"] > 0) & (table["count"] > 0)]
        axes.plot(
            *(thinned[x], thinned[statistic]),
            color=colour,
            marker=marker,
            linestyle="",
            markerfacecolor="white",
            markeredgewidth=0.8,
        )


def _draw_references(
    axes: Axes,
    theory: pd.DataFrame,
    references: list[str],
    x: str,
    lines: str,
    colours: Mapping[Any, Any],
) -> None:
    """Draw lines of theory: in the colour of the line they belong to, else black."""
    styles = itertools.cycle([":", (0, (1, 1, 3, 1)), (0, (3, 2)), "-."])
    coloured_styles = itertools.cycle(["--", ":", "-."])
    for reference in references:
        rows = theory[theory["quantity"] == reference]
        own_colours = rows[lines].notna().all() if lines in rows else False
        style = next(coloured_styles if own_colours else styles)
        if x in ("depth", "learning_rate") and rows[x].notna().all():
            for value, group in rows.groupby(lines) if own_colours else [(None, rows)]:
                group = group.sort_values(x)
                colour = colours.get(value, "black")
                axes.plot(group[x], group["value"], color=colour, linestyle=style, linewidth=0.9)
        else:
            draw = (
                axes.axvline
                if reference.endswith("learning_rate") and x == "learning_rate"
                else axes.axhline
            )
            for row in rows.itertuples():
                colour = colours.get(getattr(row, lines), "black") if own_colours else "black"
                draw(row.value, color=colour, linestyle=style, linewidth=0.9)
        axes.plot(
            [],
            [],
            color="0.3" if own_colours else "black",
            linestyle=style,
            linewidth=0.9,
            label=REFERENCES[reference],
        )


def _finish(figure: FigureBase, spec: Mapping[str, Any]) -> None:
    """Set scales and ranges, and put one legend for all panels above them."""
    handles: dict[str, Line2D] = {}
    for axes in figure.axes:
        for key in ("x_scale", "y_scale", "x_range", "y_range"):
            if key in spec:
                name, what = key.split("_")
                axes.set(**{f"{name}lim" if what == "range" else f"{name}scale": spec[key]})
        sns.despine(ax=axes)
        found, labels = axes.get_legend_handles_labels()
        handles |= dict(zip(labels, found, strict=True))
    lines = figure.axes[0].lines
    if any(line.get_markerfacecolor() == "white" and len(line.get_xdata()) for line in lines):
        marker = {"color": "0.3", "marker": "o", "linestyle": "", "markerfacecolor": "white"}
        label = "open: some runs diverged"
        handles[label] = Line2D([], [], **marker, markeredgewidth=0.8, label=label)
    columns = 2 * min(2, len(figure.axes))
    figure.legend(handles=list(handles.values()), loc="outside upper center", ncols=columns)
    if "title" in spec:
        figure.suptitle(spec["title"], fontsize=STYLE["axes.titlesize"])
