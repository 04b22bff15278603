"""A person opens the report and sees every figure, every caption and every table."""

import json
import re

import pandas as pd
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from flatminima_study.configuration import parse_study
from flatminima_study.planning.study import Study
from tests.browser.conftest import assert_quiet
from tests.study_folder import Folder, copy_of

CAPTION = "nav .prose"
CONTENT = "#app .h-screen.grow"
EYE, INFORMATION = 0, 1
SHOWN_PIXELS = f"""
const image = document.querySelector("{CONTENT} img");
return image?.complete ? [image.src, image.naturalWidth, image.clientWidth] : null;
"""


@pytest.fixture(scope="module")
def reported(built_once, tmp_path_factory) -> Folder:
    """The preset with its report; not to be changed."""
    folder = copy_of(built_once.path, tmp_path_factory.mktemp("reported") / "study")
    folder.snakemake("report")
    return folder


@pytest.fixture
def page(browser, reported):
    """The report, opened anew."""
    browser.get((reported.path / "results/report.html").as_uri())
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#app nav ul a"))
    yield browser
    assert_quiet(browser)


def wait(page, condition):
    return WebDriverWait(page, 20, poll_frequency=0.02).until(lambda _: condition())


def sections(page) -> list[str]:
    """Return the headings of the results, from the page's menu."""
    items = [item.text for item in page.find_elements(By.CSS_SELECTOR, "nav ul li")]
    return items[items.index("RESULTS") + 1 :]


def open_section(page, heading: str) -> list[str]:
    """Choose a heading in the menu, and return what it lists."""
    house = page.find_element(By.CSS_SELECTOR, "nav nav a")  # back to the menu
    page.execute_script("arguments[0].click()", house)
    choice = wait(page, lambda: page.find_elements(By.XPATH, f"//nav//li[. = '{heading}']/a"))[0]
    page.execute_script("arguments[0].click()", choice)  # a long menu may have moved it away
    return [row.text.strip() for row in wait(page, lambda: listed(page))]


def listed(page) -> list:
    return page.find_elements(By.CSS_SELECTOR, "nav tbody tr")


def press(page, position: int, button: int) -> None:
    listed(page)[position].find_elements(By.CSS_SELECTOR, "a")[button].click()


def test_the_first_page_tells_the_story_with_the_numbers_of_the_overview(page, reported):
    story = page.find_element(By.CSS_SELECTOR, f"{CONTENT} .prose")
    assert story.find_element(By.TAG_NAME, "h1").text.startswith("How sharp are the minima")
    counts = {name: len(reported.config[name]) for name in ("experiments", "measurements")}
    assert (
        f"{counts['experiments']} experiments, {counts['measurements']} measurements" in story.text
    )
    rows = [
        [cell.text.strip() for cell in row.find_elements(By.CSS_SELECTOR, "th, td")]
        for row in story.find_elements(By.TAG_NAME, "tr")
    ]
    overview = (reported.path / "results/summaries/overview.csv").read_text()
    assert rows == [line.split(",") for line in overview.splitlines()]
    graph = wait(page, lambda: page.find_elements(By.CSS_SELECTOR, f"{CONTENT} canvas"))
    assert graph[0].size["height"] > 300


def test_every_figure_shows_with_a_caption_of_its_parameters(page, reported, monkeypatch):
    monkeypatch.chdir(reported.path)
    study = parse_study(reported.config)
    seen = set()
    for heading in set(sections(page)) - {"Claims", "Tables"}:
        for position, label in enumerate(open_section(page, heading)):
            figure = label.partition(":")[0]
            seen.add(figure)
            press(page, position, EYE)
            content = page.execute_script("return results[arguments[0]].data_uri", path_of(figure))
            wait(page, lambda uri=content: (page.execute_script(SHOWN_PIXELS) or [""])[0] == uri)
            _, natural, shown = page.execute_script(SHOWN_PIXELS)
            assert natural > 500
            assert shown > 300
            press(page, position, INFORMATION)
            caption = wait(page, lambda: page.find_elements(By.CSS_SELECTOR, CAPTION))[0].text
            assert_describes(caption, figure, study)
            open_section(page, heading)
    assert seen == set(study.figures)


def path_of(figure: str) -> str:
    return f"results/figures/figure_{figure}.png"


def assert_describes(caption: str, figure: str, study: Study) -> None:
    """Check that a caption says what its figure is drawn of."""
    block = study.figures[figure]
    assert "{{" not in caption
    assert "System Message" not in caption
    assert "What is drawn:" in caption
    columns = {getattr(block, key, ()) for key in ("x", "y")}
    words = [column.words for column in study.columns_of(block) if column.name in columns]
    assert all(word in caption for word in words), figure
    if not hasattr(block, "experiment"):
        parts = ["Measured:", "With "]
    else:
        parts = ["Data:", "Networks:", "Scale of the initialisation:", "repetition", "Runs:"]
    assert all(part in caption for part in parts), figure


def caption_of(page, figure: str) -> str:
    """Return the text of a caption, as a browser reads it."""
    return page.execute_script(
        "const part = document.createElement('div');"
        " part.innerHTML = results[arguments[0]].caption; return part.textContent",
        path_of(figure),
    )


def test_captions_state_the_numbers_that_were_used(page):
    lines = {name: caption_of(page, name) for name in ("gap", "path", "own", "theory_flow")}
    lines = {name: " ".join(text.split()) for name, text in lines.items()}
    assert "small (12 samples, 3 features, noise 1)" in lines["gap"]
    assert "linear networks with Gaussian initialisation, depth 3, width 3." in lines["gap"]
    assert "initialisation: 0.3, 0.6." in lines["gap"]
    assert "Learning rate: 0.02, 0.1; 60 steps, 3 repetitions." in lines["gap"]
    assert "Learning rate: 3; 60 steps, 9 repetitions." in lines["gap"]
    assert "30 in the experiment scales; drawn of learning rate: 0.02, 0.1." in lines["gap"]
    assert "Learning rate: 0.02, 0.05; 20 steps, 1 repetition." in lines["path"]
    assert "mine (the file mine.csv, target price, normalised)" in lines["own"]
    assert "flow (flow), on small (12 samples" in lines["theory_flow"]
    assert "init scale 0.02, 0.2; " in lines["theory_flow"]


def test_a_caption_of_the_configuration_is_shown_letter_by_letter(page, reported):
    assert f"What to see: {reported.config['figures']['gap']['caption']}" in caption_of(page, "gap")


def test_every_table_is_listed_and_sorts_by_any_column(page, reported):
    summaries = reported.path / "results/summaries"
    tables = {
        str(path.relative_to(summaries).with_suffix("")) for path in summaries.rglob("*.parquet")
    }
    found = [
        (heading, name) for heading in ("Claims", "Tables") for name in open_section(page, heading)
    ]
    assert {name for _, name in found} == tables
    for heading, name in found:
        if name not in ("claims", "scales", "measurements/flow"):
            continue
        names = open_section(page, heading)
        press(page, names.index(name), EYE)
        wait(page, lambda: page.find_elements(By.CSS_SELECTOR, f"{CONTENT} iframe"))
        page.switch_to.frame(page.find_element(By.CSS_SELECTOR, f"{CONTENT} iframe"))
        try:
            wait(page, lambda n=name: page.find_element(By.TAG_NAME, "h1").text == n)
            assert_sorts(page, pd.read_csv(summaries / f"{name}.csv"))
        finally:
            page.switch_to.default_content()


def assert_sorts(page, table: pd.DataFrame) -> None:
    """Click each head of the open table twice, and compare the column with pandas."""
    heads = page.find_elements(By.CSS_SELECTOR, "th button")
    assert [head.text.split()[0] for head in heads] == list(table.columns)
    for position, column in enumerate(table.columns):
        for ascending in (True, False):
            page.execute_script("arguments[0].click()", heads[position])
            shown = page.execute_script(
                "return [...document.querySelectorAll('tbody tr')]"
                ".map((row) => row.cells[arguments[0]]).map((c) => c.title || c.textContent)",
                position,
            )
            assert len(shown) == len(table)
            values = table[column].dropna()
            if pd.api.types.is_numeric_dtype(values) and values.dtype != bool:
                filled = [float(text) for text in shown if text]
                assert filled == sorted(values, reverse=not ascending), column
            else:
                assert sorted(text for text in shown if text) == sorted(map(str, values)), column
            assert "" not in shown[: len(values)]  # empty cells come last


def test_how_long_jobs_took_is_shown(page):
    page.find_element(By.XPATH, "//nav//li[. = 'Statistics']/a").click()
    wait(page, lambda: len(page.find_elements(By.CSS_SELECTOR, f"{CONTENT} canvas")) == 2)
    spec = page.execute_script("return runtimes_spec")
    assert {"train_batch", "plot_figure"} <= set(re.findall(r'"rule": "(\w+)"', json.dumps(spec)))


def test_a_phone_shows_the_report_without_scrolling_sideways(page):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.refresh()
        wait(page, lambda: page.find_elements(By.CSS_SELECTOR, f"{CONTENT} .prose p"))
        width = "return arguments[0].getBoundingClientRect().right"
        for element in page.find_elements(By.CSS_SELECTOR, f"{CONTENT} .prose p, #app nav"):
            assert page.execute_script(width, element) <= 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_snakemake_by_hand_writes_the_same_report(reported):
    reported.snakemake("--report", "results/by_hand.html")
    ours, by_hand = (
        (reported.path / f"results/{name}.html").read_text() for name in ("report", "by_hand")
    )
    results = re.compile(r"^    var results = (.*);$", re.MULTILINE)
    ours, by_hand = (json.loads(results.search(text)[1]) for text in (ours, by_hand))
    assert ours == by_hand
