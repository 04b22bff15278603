import numpy as np
import pandas as pd
import pytest
from matplotlib.markers import CARETLEFT, CARETRIGHT

from flatminima.figures.sweep import Sweep
from tests.flatminima.figures.tables import (
    RATES,
    SWEEP,
    VIEW,
    WORDS,
    assert_refused,
    legend_of,
    lines_of,
    sweep_tables,
    view,
    written_on,
)


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
    assert {"at the start", "$2/\\eta$", "lower bound"} < set(written_on(axes))
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


def test_a_sharpness_over_the_edge_of_stability_with_quantiles_and_outcomes():
    tables = sweep_tables()
    tables["summary"] = tables["summary"].assign(q05=1.0, q95=8.0)
    sweep = SWEEP.replaced(
        relative_to="two_over_learning_rate", statistic="quantiles", baseline=None,
        references=(), y_scale="linear", y_range=None,
    )  # fmt: skip
    figure = sweep.draw(tables, WORDS)
    (axes,) = figure.axes
    line = lines_of(axes)[r"$\eta$ = 0.02"]
    np.testing.assert_allclose(line.get_ydata(), [0.02, 0.04, 0.06])
    bars = np.array(axes.collections[0].get_segments())
    np.testing.assert_allclose(bars[:, :, 1], [[0.01, 0.08]] * 3)
    np.testing.assert_allclose(bars[:, 0, 0], line.get_xdata())
    assert axes.get_ylabel() == r"sharpness over $2/\eta$"
    assert "; all over two over learning rate" in sweep.describe(WORDS)


@pytest.mark.parametrize(("left", "drawn"), [(5, True), (4, False)])
def test_a_cell_with_few_survivors_leaves_a_gap(left, drawn):
    tables = sweep_tables()
    rows = tables["summary"]
    thinned = rows["diverged"] > 0
    tables["summary"] = rows.assign(
        diverged=rows["diverged"].where(~thinned, 10 - left),
        count=rows["count"].where(~thinned, left),
    )
    (axes,) = SWEEP.draw(tables, WORDS).axes
    assert np.isfinite(lines_of(axes)[r"$\eta$ = 0.1"].get_ydata()).tolist() == [True, True, drawn]


def test_a_figure_says_if_most_runs_did_not_converge():
    tables = sweep_tables()
    note = "24 of 60 runs converged"
    assert note not in legend_of(SWEEP.draw(tables, WORDS))
    tables["summary"] = tables["summary"].assign(converged=4)
    assert note in legend_of(SWEEP.draw(tables, WORDS))


def test_lines_that_end_too_close_to_each_other_have_a_legend():
    tables = sweep_tables()
    rows = tables["summary"]
    more = [rows.assign(learning_rate=0.1 + i / 100, quantity="final_sharpness") for i in range(9)]
    tables["summary"] = pd.concat(more)
    figure = SWEEP.replaced(baseline=None).draw(tables, WORDS)
    assert r"$\eta$ = 0.12" in legend_of(figure)
    assert r"$\eta$ = 0.12" not in written_on(figure.axes[0])


def test_what_is_below_rounding_is_drawn_at_its_level():
    tables = sweep_tables()
    rows = tables["summary"].assign(quantity="final_distance", median=1e-31, q25=1e-33, q75=1e-20)
    sweep = SWEEP.replaced(
        y="final_distance", baseline=None, references=(), statistic="median", y_range=None
    )
    (axes,) = sweep.draw(tables | {"summary": rows}, WORDS).axes
    assert set(axes.lines[0].get_ydata()) == {WORDS["final_distance"]["floor"]}
    assert "below rounding" in written_on(axes)


def test_lines_are_named_above_the_rates_of_theory():
    tables = sweep_tables()
    rows = tables["summary"].assign(depth=[3, 4] * 7 + [3], init_scale=0.5)
    critical = pd.DataFrame(
        [("d", 3, None, "critical_learning_rate", 0.05), ("d", 4, None, "critical_learning_rate",
          0.08)], columns=tables["theory"].columns)  # fmt: skip
    sweep = Sweep(
        "e", "learning_rate", "final_sharpness", "depth", references=("critical_learning_rate",)
    )
    figure = sweep.draw({"summary": rows, "theory": critical}, WORDS)
    assert written_on(figure.axes[0]) == ["$L$ = 3", "$L$ = 4"]
    assert legend_of(figure) == ["critical rate $2/S_{\\min}$", "open: some runs diverged"]


def test_a_probability_has_no_open_markers():
    sweep = Sweep("e", "init_scale", "divergence_probability", "learning_rate")
    assert "open: some runs diverged" not in legend_of(sweep.draw(sweep_tables(), WORDS))


# What is refused


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        ({"x": "dataset"}, "x", "is 'dataset'; allowed: depth, width, learning_rate, init_scale"),
        ({"lines": "colour"}, "lines", "is 'colour'; allowed: dataset, depth"),
        ({"lines": "init_scale"}, "lines", "the axis x; allowed: another axis"),
        ({"y": "final_sharpnes"}, "y", "did you mean final_sharpness?"),
        ({"y_range": (2.0, 1.0)}, "y_range", "is [2, 1]; allowed: the lower end first"),
        ({"y_range": (0.0, 1.0)}, "y_range", "starts at 0; allowed on a log scale: above 0"),
        ({"references": ("critical_learning_rate",)}, "references", "which is a learning rate"),
        ({"y": "test_risk"}, "references", "which is a sharpness, but y is 'test_risk'"),
        ({"select": {"step": [1]}}, "select.step", "is no axis of e"),
        ({"select": {"depth": [4]}}, "select.depth", "holds 4, which e does not have; allowed: 3"),
        ({"select": {"depth": {"at_least": 4}}}, "select.depth", "leaves nothing of e to draw"),
        ({"select": {"dataset": {"at_least": 4}}}, "select.dataset", "leaves nothing"),
        ({"baseline": "final_sharpness"}, "baseline", "allowed: initial_sharpness"),
        ({"relative_to": "two_over_learning_rate"}, "baseline", "is no ratio"),
        (
            {"relative_to": "two_over_learning_rate", "y": "test_risk", "references": ()},
            "relative_to",
            "divides 'test_risk'",
        ),
    ],
)
def test_what_is_not_there_or_would_be_untrue_is_refused(change, key, problem):
    SWEEP.check(VIEW)
    assert_refused(SWEEP.replaced(**change), VIEW, key, problem)


def test_an_axis_may_not_stay_open():
    assert_refused(SWEEP, view(depth=(3, 4)), "", "leaves 2 values of depth open")
    SWEEP.replaced(select={"depth": [4]}).check(view(depth=(3, 4)))
    SWEEP.replaced(select={"depth": {"at_most": 3}}).check(view(depth=(3, 4)))
    assert_refused(SWEEP, view(width=(4, 5)), "", "leaves 2 values of width open")
    SWEEP.check(view(width=(4, 5), width_follows_dataset=True))


def test_lines_that_start_elsewhere_have_no_common_baseline():
    figure = SWEEP.replaced(lines="depth", select={"learning_rate": [0.02]})
    figure.check(VIEW)
    assert_refused(figure, view(depth=(3, 4)), "baseline", "is one line, but each line of another")
    one = {"learning_rate": [0.02], "depth": [3]}
    figure.replaced(select=one).check(view(depth=(3, 4)))


def test_a_theory_of_linear_networks_is_refused_of_others():
    other = view(offers=frozenset(), network="GELU perceptrons")
    assert_refused(
        SWEEP, other, "references", "holds lower_bound, a theory of linear networks, but e trains"
    )
    SWEEP.replaced(references=("two_over_learning_rate",)).check(other)


def test_a_rate_may_be_drawn_where_rates_are_the_abscissa():
    figure = Sweep(
        "e", "learning_rate", "divergence_probability", "init_scale",
        references=("critical_learning_rate",),
    )  # fmt: skip
    figure.check(VIEW)


# Words


def test_it_names_its_tables_and_columns():
    assert SWEEP.tables() == {"summary": ("summary", "e"), "theory": ("theory", "e")}
    assert SWEEP.shown() == ["init_scale", "final_sharpness", "learning_rate", "initial_sharpness"]
    text = SWEEP.describe(WORDS)
    for part in (
        "sharpness after training",
        "mean over the runs that did not diverge, with its 95 % interval",
        "against scale of the initialisation",
        "a line for each learning rate",
        "; beside it sharpness at initialisation",
        "; lines of theory: two over learning rate, lower bound",
    ):
        assert part in text
    median = SWEEP.replaced(statistic="median", baseline=None, references=())
    assert "median over the runs that did not diverge, with the quartiles" in (
        median.describe(WORDS)
    )
    assert median.describe(WORDS).endswith("; cells with fewer than five such runs are left out")
    distance = median.replaced(y="final_distance")
    assert "; what is below 1e-28 is rounding" in distance.describe(WORDS)


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
