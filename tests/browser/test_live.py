"""The page that trains: its numbers are those of the library, and a person can use it."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from flatminima.datasets import Dataset
from flatminima.networks.linear.network import LinearNetwork
from flatminima.sharpness import compute_sharpness
from flatminima.theory.closed_forms import minimal_sharpness
from flatminima.theory.stochastic_rates import stochastic_critical_learning_rate
from flatminima_study.pages.live import render_live
from tests.browser.conftest import assert_quiet
from tests.flatminima import references

CORE = """
const names = "problem, step, measure, minimalSharpness, stochasticRate";
const core = new Function(document.getElementById("core").textContent + `; return {${names}}`)();
const [X, y, layers, rate, steps, batches, sizes] = arguments;
const data = core.problem(X, y), path = [core.measure(data, layers)];
for (let k = 0; k < steps; k++) {
  core.step(data, layers, rate, batches ? batches[k] : null);
  path.push(core.measure(data, layers));
}
return {
  path, layers, solution: data.solution, minimal: core.minimalSharpness(data, layers.length),
  rates: sizes.map((size) => core.stochasticRate(data, layers.length, size)),
};
"""
SIZES = [1, 4, 32]


TEMPLATES = Path(__file__).parents[2] / "workflow/templates"
FILES = {
    "page": TEMPLATES / "live.html",
    "shared_style": TEMPLATES / "shared.css",
    "style": TEMPLATES / "live.css",
    "script": TEMPLATES / "live.js",
    "core": TEMPLATES / "live_core.js",
    "worker": TEMPLATES / "live_worker.js",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    data, _ = problem()
    path = tmp_path_factory.mktemp("live") / "live.html"
    page = render_live({"noisy": data, "plain": data}, {"noisy": "a", "plain": "b"}, FILES)
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def page(browser, file):
    browser.get("about:blank")
    browser.get(file.as_uri())
    yield browser
    assert_quiet(browser)


def problem(samples=12, features=3, widths=(4, 2), noise=0.1, seed=0):
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((samples, features))
    y = X @ generator.standard_normal(features) + noise * generator.standard_normal(samples)
    sizes = [features, *widths, 1]
    layers = [0.6 * generator.standard_normal((rows, columns)) for columns, rows in pairwise(sizes)]
    return Dataset(X, y), layers


def by_the_library(data, layers, rate, batches):
    """Follow descent with the slow reference; return what the page draws of each state."""
    widths = tuple(len(W) for W in layers[:-1])
    network = LinearNetwork(data, len(layers), widths)
    weights, path = references.join(layers), []
    for rows in [*batches, None]:
        w = network.product(weights[:, None])[:, 0]
        path.append(
            {
                "risk": np.mean((data.targets - data.inputs @ w) ** 2),
                "distance": np.sum((w - data.minimum_norm_solution) ** 2),
                "sharpness": compute_sharpness(network, weights).value,
            }
        )
        part = data if rows is None else Dataset(data.inputs[rows], data.targets[rows])
        of_batch = LinearNetwork(part, len(layers), widths)
        weights = weights - rate * references.gradient(of_batch, weights)
    return path


@pytest.mark.parametrize(
    ("case", "rate", "size"),
    [
        ({}, 0.05, None),
        ({"samples": 3, "features": 5, "noise": 0.0, "widths": (6, 6, 6)}, 0.02, None),
        ({"widths": ()}, 0.1, None),
        ({}, 0.03, 5),
    ],
    ids=["wide", "underdetermined", "one layer", "batches"],
)
def test_trajectories_and_sharpnesses_are_those_of_the_library(page, case, rate, size):
    data, layers = problem(**case)
    generator = np.random.default_rng(1)
    batches = [
        None if size is None else generator.integers(data.samples, size=size) for _ in range(60)
    ]
    sizes = SIZES if len(layers) > 1 else []
    found = page.execute_script(
        CORE, data.inputs.tolist(), data.targets.tolist(), [W.tolist() for W in layers], rate,
        len(batches), None if size is None else [rows.tolist() for rows in batches], sizes,
    )  # fmt: skip
    expected = by_the_library(data, layers, rate, batches)
    for name in ("risk", "distance", "sharpness"):
        ours = [state[name] for state in expected]
        theirs = [state[name] for state in found["path"]]
        np.testing.assert_allclose(theirs, ours, rtol=1e-8, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(found["solution"], data.minimum_norm_solution, atol=1e-10)
    if sizes:
        of = (data.covariance, data.minimum_norm_solution, len(layers))
        assert found["minimal"] == pytest.approx(minimal_sharpness(*of), rel=1e-9)
        rates = [stochastic_critical_learning_rate(*of, size) for size in sizes]
        np.testing.assert_allclose(found["rates"], rates, rtol=1e-9)


def numbers(page) -> str:
    return page.find_element(By.ID, "numbers").text


def choose(page, **values):
    for name, value in values.items():
        page.execute_script(
            "const input = document.forms[0][arguments[0]]; input.value = arguments[1];"
            "input.dispatchEvent(new Event('input', { bubbles: true }));",
            name, str(value),
        )  # fmt: skip


def wait(page, condition):
    return WebDriverWait(page, 120).until(condition)


def test_a_run_crosses_the_edge_and_diverges_or_settles(page):
    wait(page, lambda page: numbers(page).startswith("Step 0:"))
    choose(page, depth=3, width=4, rate=-2)
    wait(page, lambda page: "η is below it" in numbers(page))
    page.find_element(By.ID, "step").click()
    wait(page, lambda page: numbers(page).startswith("Step 1:"))
    page.find_element(By.ID, "play").click()
    wait(page, lambda page: int(numbers(page).split()[1].rstrip(":")) > 300)
    choose(page, rate=0)
    wait(page, lambda page: "η is above it" in numbers(page))
    page.find_element(By.ID, "restart").click()
    page.find_element(By.ID, "play").click()
    wait(page, lambda page: "(diverged)" in numbers(page) or "Step 0" not in numbers(page))


def test_a_view_is_sent_by_its_link(page, file):
    choose(page, depth=7, seed=42)
    page.find_element(By.ID, "share").click()
    link = page.current_url
    assert link.startswith(file.as_uri() + "#data=")
    page.get("about:blank")
    page.get(link)
    values = page.execute_script(
        "return [document.forms[0].depth.value, document.forms[0].seed.value]"
    )
    assert values == ["7", "42"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 2 3\n4 5", "Line 2 does not hold 3 numbers like the first one."),
        ("1 2\nx 3", "Line 2 does not hold 2 numbers"),
        ("1 2", "At least two samples are needed."),
        ("1 0\n0 1\n", ""),
    ],
)
def test_ones_own_numbers_are_checked_and_used(page, text, says):
    page.find_element(By.TAG_NAME, "summary").click()
    page.find_element(By.ID, "own").send_keys(text)
    page.find_element(By.ID, "use").click()
    refusal = page.find_element(By.ID, "refusal").text
    assert refusal.startswith(says)
    chosen = page.execute_script("return document.forms[0].data.value")
    assert (chosen == "own") == (says == "")


def test_a_telephone_scrolls_in_one_direction_only(page):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= 390
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
