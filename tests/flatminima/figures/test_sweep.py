import numpy as np
import pandas as pd
from matplotlib.markers import CARETLEFT, CARETRIGHT

from flatminima.figures.sweep import Sweep

from .tables import RATES, SWEEP, WORDS, legend_of, lines_of, sweep_tables


def test_a_sweep_has_a_line_a_value_with_the_numbers_of_the_table():
    tables = sweep_tables()
    summary = tables["summary"]
    figure = SWEEP.draw(tables, WORDS)
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
    assert axes.get_xlabel() == WORDS["init_scale"]["label"]
    assert axes.get_ylabel() == WORDS["final_sharpness"]["label"]
    assert "at initialisation" in legend_of(figure)
    assert "open: some runs diverged" in legend_of(figure)


def test_reference_lines_stand_at_the_values_of_theory_in_the_colour_of_their_line():
    (axes,) = SWEEP.draw(sweep_tables(), WORDS).axes
    flat = {line.get_ydata()[0]: line for line in axes.lines if len(set(line.get_ydata())) == 1}
    assert flat[1.5].get_color() == "black"
    for rate in RATES:
        assert flat[2 / rate].get_color() == lines_of(axes)[rf"$\eta$ = {rate:g}"].get_color()


def test_a_selection_and_a_median():
    sweep = SWEEP.replaced(select={"learning_rate": {"at_most": 0.05}}, statistic="median")
    (axes,) = sweep.draw(sweep_tables(), WORDS).axes
    line = lines_of(axes)[r"$\eta$ = 0.02"]
    np.testing.assert_allclose(line.get_ydata(), [2, 4, 6])
    assert r"$\eta$ = 0.1" not in lines_of(axes)


def test_a_probability_has_no_open_markers():
    sweep = Sweep("e", "init_scale", "divergence_probability", "learning_rate")
    assert "open: some runs diverged" not in legend_of(sweep.draw(sweep_tables(), WORDS))


def test_a_bracket_stands_between_the_tips_of_two_arrows_for_the_data_that_are_drawn():
    tables = sweep_tables()
    tables["brackets"] = pd.DataFrame(
        [("d", 3, 0.09, 0.11), ("d", 9, 0.01, 0.02), ("other", 3, 0.5, 0.6)],
        columns=["dataset", "depth", "all_converge", "none_converges"],
    )
    sweep = Sweep("e", "learning_rate", "final_sharpness", "depth", brackets="flattest_start")
    assert sweep.tables()["brackets"] == ("measurement", "flattest_start")
    figure = sweep.draw(tables, WORDS)
    arrows = [line for line in figure.axes[0].lines if line.get_marker() in (CARETRIGHT, CARETLEFT)]
    assert [[*line.get_xdata()] for line in arrows] == [[0.09], [0.11], []]
    assert "critical rate as measured" in legend_of(figure)
