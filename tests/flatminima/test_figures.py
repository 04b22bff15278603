"""Figures show the numbers of their tables, in one style, with the same bytes every time."""

import numpy as np
import pandas as pd
import pytest

from flatminima import figures

RATES, SCALES = (0.02, 0.1), (0.2, 0.4, 0.6)


def sweep_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = [
        {
            "dataset": "d", "depth": 3, "width": 5, "learning_rate": rate, "init_scale": scale,
            "quantity": quantity, "runs": 10, "diverged": int(scale > 0.5 and rate > 0.05),
            "count": 10, "mean": 10 * scale + rate, "low": 9 * scale, "high": 12 * scale,
            "median": 10 * scale, "q25": 9 * scale, "q75": 11 * scale,
        }
        for quantity in ("final_sharpness", "divergence_probability")
        for rate in RATES
        for scale in SCALES
    ]  # fmt: skip
    cells += [cells[i] | {"quantity": "initial_sharpness", "learning_rate": None} for i in range(3)]
    theory = pd.DataFrame(
        [("d", 3, None, "lower_bound", 1.5)]
        + [(None, None, rate, "two_over_learning_rate", 2 / rate) for rate in RATES],
        columns=["dataset", "depth", "learning_rate", "quantity", "value"],
    )
    return pd.DataFrame(cells), theory


SWEEP = {
    "kind": "sweep", "x": "init_scale", "y": "final_sharpness", "lines": "learning_rate",
    "baseline": "initial_sharpness", "references": ["two_over_learning_rate", "lower_bound"],
    "y_scale": "log", "y_range": [0.1, 1000],
}  # fmt: skip


def lines_of(axes) -> dict:
    return {line.get_label(): line for line in axes.lines}


def legend_of(figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_a_sweep_has_a_line_a_value_with_the_numbers_of_the_table():
    summary, theory = sweep_tables()
    figure = figures.draw_sweep(summary, theory, SWEEP)
    (axes,) = figure.axes
    for rate in RATES:
        line = lines_of(axes)[rf"$\eta$ = {rate:g}"]
        cell = summary[
            (summary["learning_rate"] == rate) & (summary["quantity"] == "final_sharpness")
        ]
        np.testing.assert_array_equal(line.get_xdata(), cell["init_scale"])
        np.testing.assert_array_equal(line.get_ydata(), cell["mean"])
    assert axes.get_yscale() == "log"
    assert axes.get_ylim() == (0.1, 1000)
    assert "at initialisation" in legend_of(figure)
    assert "open: some runs diverged" in legend_of(figure)


def test_reference_lines_stand_at_the_values_of_theory_in_the_colour_of_their_line():
    summary, theory = sweep_tables()
    (axes,) = figures.draw_sweep(summary, theory, SWEEP).axes
    flat = {line.get_ydata()[0]: line for line in axes.lines if len(set(line.get_ydata())) == 1}
    assert flat[1.5].get_color() == "black"
    for rate in RATES:
        assert flat[2 / rate].get_color() == lines_of(axes)[rf"$\eta$ = {rate:g}"].get_color()


def test_a_selection_and_a_median():
    summary, theory = sweep_tables()
    spec = SWEEP | {"select": {"learning_rate": {"at_most": 0.05}}, "statistic": "median"}
    (axes,) = figures.draw_sweep(summary, theory, spec).axes
    line = lines_of(axes)[r"$\eta$ = 0.02"]
    np.testing.assert_allclose(line.get_ydata(), [2, 4, 6])
    assert r"$\eta$ = 0.1" not in lines_of(axes)


def test_a_probability_has_no_open_markers():
    summary, theory = sweep_tables()
    spec = {"x": "init_scale", "y": "divergence_probability", "lines": "learning_rate"}
    assert "open: some runs diverged" not in legend_of(figures.draw_sweep(summary, theory, spec))


def test_a_learning_rate_has_one_colour_whatever_else_is_drawn():
    alone = figures.colour_of("learning_rate", 0.02, 0)
    assert alone == figures.colour_of("learning_rate", 0.02, 7)
    assert alone != figures.colour_of("learning_rate", 0.1, 0)


def trajectory_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        {
            "dataset": "d", "depth": 3, "width": 5, "learning_rate": 0.1, "init_scale": 0.5,
            "step": step, "quantity": quantity, "mean": 2.0**-step, "low": None, "high": None,
        }
        for quantity in ("distance", "sharpness")
        for step in range(4)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"low": float, "high": float}), sweep_tables()[1]


def test_trajectories_have_a_panel_a_quantity():
    summary, theory = trajectory_tables()
    spec = {"panels": ["distance", "sharpness"], "references": ["lower_bound"]}
    figure = figures.draw_trajectories(summary, theory, spec)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        figures.LABELS["distance"],
        figures.LABELS["sharpness"],
    ]
    for axes in figure.axes:
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1, 0.5, 0.25, 0.125])


def scatter_tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    from flatminima.summaries import fit_regression

    x = np.geomspace(1, 100, 8)
    noise = np.exp(0.1 * np.sin(np.arange(8)))
    runs = pd.DataFrame(
        {"learning_rate": 0.1, "final_sharpness": x, "train_risk": 0.0, "test_risk": x**2 * noise}
    )
    return runs, fit_regression(runs, "final_sharpness", "generalisation_gap")


def test_a_scatter_states_its_regression():
    runs, regression = scatter_tables()
    spec = {"x": "final_sharpness", "y": "generalisation_gap"}
    figure = figures.draw_scatter(runs, regression, spec)
    assert len(figure.axes[0].collections[0].get_offsets()) == 8
    assert any(f"slope {regression['slope'].item():.2f}" in text for text in legend_of(figure))


def measured_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "depth": [2, 2, 4, 4],
            "initialisation": ["a", "b"] * 2,
            "final_sharpness": [2.0, 3.0, 4.0, 6.0],
            "minimal_sharpness": [1.0, 1.0, 2.0, 2.0],
            "lower_bound": [0.5, 0.5, 1.0, 1.0],
        }
    )


def test_a_measurement_is_drawn_relative_to_a_column():
    spec = {
        "x": "depth", "y": ["final_sharpness"], "curves": ["lower_bound"],
        "relative_to": "minimal_sharpness", "colours": "initialisation",
    }  # fmt: skip
    (axes,) = figures.draw_measurement(measured_table(), spec).axes
    points = np.concatenate([c.get_offsets() for c in axes.collections])
    assert sorted(map(tuple, points.tolist())) == [(2, 2), (2, 3), (4, 2), (4, 3)]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [0.5, 0.5])


def test_a_measurement_has_a_panel_a_value():
    spec = {
        "x": "depth",
        "y": ["final_sharpness"],
        "panels": "initialisation",
        "only": {"depth": [2]},
    }
    figure = figures.draw_measurement(measured_table(), spec)
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]
    assert [len(axes.collections[0].get_offsets()) for axes in figure.axes] == [1, 1]


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_two_builds_have_the_same_bytes(tmp_path, ending):
    for name in ("a", "b"):
        figure = figures.draw_sweep(*sweep_tables(), SWEEP)
        figures.save_figure(figure, tmp_path / f"{name}.{ending}")
    first = (tmp_path / f"a.{ending}").read_bytes()
    assert first == (tmp_path / f"b.{ending}").read_bytes()
    assert b"CreationDate" not in first


def test_fonts_are_truetype(tmp_path):
    figures.save_figure(figures.draw_sweep(*sweep_tables(), SWEEP), tmp_path / "a.pdf")
    assert b"/Type3" not in (tmp_path / "a.pdf").read_bytes()
