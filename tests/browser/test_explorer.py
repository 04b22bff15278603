"""A person opens the page to explore, chooses, points, and sees the numbers of the tables."""

import math

import pandas as pd
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from tests.browser.conftest import assert_quiet

IDENTITY = ["dataset", "depth", "width", "learning_rate", "init_scale", "repetition"]
PIXEL = """
const plot = document.getElementById("plot"), [curve, point] = arguments;
const { x, y, yaxis } = plot.data[curve], { xaxis } = plot._fullLayout;
const up = plot._fullLayout[yaxis ? "yaxis2" : "yaxis"];
const frame = plot.getBoundingClientRect();
return [frame.x + xaxis._offset + xaxis.d2p(x[point]), frame.y + up._offset + up.d2p(y[point])];
"""
POINTS = """
return document.getElementById("plot").data.flatMap((trace, curve) =>
  (trace.customdata ?? []).map(([table, row], point) => [table, row, curve, point]));
"""


@pytest.fixture
def page(browser, built_once):
    """The page of the preset, opened anew."""
    browser.get((built_once.path / "results/explorer.html").as_uri())
    yield browser
    assert_quiet(browser)


def choose(page, **choices: str) -> None:
    """Choose in the drop-down lists, by the words that stand there."""
    for name, words in choices.items():
        options = Select(page.find_element(By.NAME, name))
        if options.first_selected_option.text != words:
            options.select_by_visible_text(words)


def untick(page, axis: str, *values: str) -> None:
    """Click the chips of an axis that are on, but should not be."""
    chips = page.find_elements(By.CSS_SELECTOR, f"#axes label:has([name={axis}])")
    values_of = {chip.text.strip("●■ \n"): chip for chip in chips}
    for value in values:
        values_of[value].click()


def shown_points(page) -> list[tuple]:
    """Return table, row, trace and place of everything drawn that has a record."""
    return [tuple(point) for point in page.execute_script(POINTS)]


def point_at(page, curve: int, point: int) -> None:
    x, y = page.execute_script(PIXEL, curve, point)
    actions = ActionChains(page, duration=0)
    actions.w3c_actions.pointer_action.move_to_location(round(x), round(y))
    actions.perform()


def shown_record(page) -> dict[str, str]:
    items = page.execute_script(
        "return Array.from(document.querySelectorAll('#record dd'),"
        " (item) => [item.dataset.column, item.textContent])"
    )
    return dict(items)


def assert_shows(record: dict[str, str], row) -> None:
    """Compare a record with a row of a table, to the last digit."""
    assert set(record) == set(row.index)
    for column, value in row.items():
        if pd.isna(value):
            assert record[column] == "\N{EN DASH}", column
        elif isinstance(value, str):
            assert record[column] == value, column
        else:
            assert float(record[column]) == value, column


def test_a_run_is_chosen_and_its_record_is_that_of_the_table(page, built_once):
    choose(page, experiment="depths")
    choose(page, experiment="scales", y="sharpness after training")
    untick(page, "learning_rate", "0.02")
    untick(page, "init_scale", "0.3")
    runs = built_once.table("runs/scales")
    wanted = runs[(runs["learning_rate"] != 0.02) & (runs["init_scale"] == 0.6)]
    points = [point for point in shown_points(page) if point[0] == "runs"]
    assert sorted(row for _, row, _, _ in points) == sorted(wanted.index)
    # the highest of those with a value, which no other point can cover
    highest = wanted["final_sharpness"].idxmax()
    ((_, _, curve, point),) = [found for found in points if found[1] == highest]
    point_at(page, curve, point)
    assert_shows(shown_record(page), runs.loc[highest])
    assert f"row {highest} " in page.find_element(By.ID, "record-source").text


def test_a_curve_shows_the_row_of_its_summary(page, built_once):
    choose(page, experiment="own_data", y="training risk")
    page.find_element(By.XPATH, "//label[span='runs']").click()
    summary = built_once.table("summaries/own_data")
    points = shown_points(page)
    assert {row for _, row, _, _ in points} == set(summary.query("quantity == 'train_risk'").index)
    _, row, curve, point = points[1]
    point_at(page, curve, point)
    assert_shows(shown_record(page), summary.loc[row])
    drawn = page.execute_script(
        "return document.getElementById('plot').data[arguments[0]].y", curve
    )
    assert drawn == [summary.loc[row, "mean"] for _, row, _, _ in points]
    assert f"line {row + 2}" in page.find_element(By.ID, "record-source").text


def test_every_run_is_reached_with_the_buttons(page, built_once):
    choose(page, experiment="depths", x="learning rate")
    runs = built_once.table("runs/depths")
    forward = page.find_element(By.ID, "next")
    seen = []
    for _ in range(len(runs)):
        forward.click()
        record = shown_record(page)
        seen.append(tuple(record[name] for name in IDENTITY))
    values = runs[IDENTITY].itertuples(index=False)
    assert len(set(seen)) == len(seen) == len(runs)
    assert {(dataset, *map(float, rest)) for dataset, *rest in seen} == set(map(tuple, values))


def test_the_lines_of_theory_have_the_values_of_their_table(page, built_once):
    scale = "scale of the initialisation"
    choose(page, experiment="scales", x=scale, y="sharpness after training")
    theory = built_once.table("summaries/theory/scales")
    shown = theory[theory["quantity"].isin(["two_over_learning_rate", "minimal_sharpness"])]
    flat = page.execute_script(
        "return document.getElementById('plot').data.filter(({line}) => line?.dash).map(({y}) => y)"
    )
    assert sorted(line[0] for line in flat) == sorted(shown["value"])
    assert all(min(line) == max(line) for line in flat)


def options_of(page, name: str) -> list[str]:
    return [option.text for option in Select(page.find_element(By.NAME, name)).options]


def open_experiment(page, experiment: str) -> dict[str, list[str]]:
    """Choose an experiment, and return the quantities it offers on each axis."""
    choose(page, experiment=experiment)
    quantities = {}
    for x in options_of(page, "x"):
        choose(page, x=x)
        quantities[x] = options_of(page, "y")
    return quantities


def test_every_choice_draws_the_numbers_of_its_summary(page, built_once):
    words = page.execute_script("return page.words")
    columns = {name: column for column, name in words.items()}
    chosen, seen = [], set()
    for experiment in options_of(page, "experiment"):
        for x, quantities in open_experiment(page, experiment).items():
            # each quantity once, and one on each axis of each experiment
            shown = [y for y in quantities if y not in seen] or quantities[:1]
            chosen += [{"experiment": experiment, "x": x, "y": y} for y in shown]
            seen |= {*shown}
    assert len(chosen) > 25
    for choice in chosen:
        choose(page, **choice)
        folder = "trajectories/" if choice["x"] == words["step"] else ""
        summary = built_once.table(f"summaries/{folder}{choice['experiment']}")
        rows = {row for table, row, _, _ in shown_points(page) if table != "runs"}
        assert rows, choice
        assert set(summary.loc[list(rows), "quantity"]) == {columns[choice["y"]]}
        assert math.isfinite(page.execute_script("return plot._fullLayout.yaxis.range[1]"))


def test_what_sends_data_away_is_not_offered(page):
    buttons = page.find_elements(By.CSS_SELECTOR, ".modebar-btn")
    assert {button.get_attribute("data-title") for button in buttons} == {
        *("Download plot", "Zoom", "Pan", "Zoom in", "Zoom out", "Reset axes"),
    }


def test_a_phone_shows_the_page_without_scrolling_sideways(page):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.refresh()
        assert page.execute_script("return document.documentElement.scrollWidth") == 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
