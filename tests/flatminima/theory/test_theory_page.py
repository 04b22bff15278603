"""What docs/theory.md names exists, and its mathematics is plain enough for GitHub to draw."""

import importlib
import pkgutil
import re
from pathlib import Path

import flatminima

PAGE = (Path(__file__).parents[3] / "docs" / "theory.md").read_text()


def named_after(heading):
    """Return the code names in the sentences that begin with a heading in italics."""
    sentences = re.findall(rf"\*{heading}\*(.*?)(?:\n\n|\*[A-Z])", PAGE, re.DOTALL)
    return {name for sentence in sentences for name in re.findall(r"`(\w+)`", sentence)}


def test_the_functions_that_it_names_are_in_the_library():
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(flatminima.__path__, "flatminima.")
    ]
    library = {name for module in modules for name in vars(module)}
    names = named_after("Functions?")
    assert len(names) > 20
    assert names <= library, names - library


def test_its_mathematics_survives_markdown():
    """Markdown takes a backslash before punctuation, and emphasis, out of mathematics."""
    assert PAGE.count("$$") % 2 == 0
    formulas = re.findall(r"\$\$?([^$]+)\$\$?", PAGE)
    assert len(formulas) > 100
    for formula in formulas:
        assert not re.search(r"\\[^A-Za-z\s]", formula), formula
        assert "*" not in formula, formula
        assert "operatorname" not in formula, formula  # GitHub does not allow it
        assert formula.count("{") == formula.count("}"), formula


def test_its_links_lead_to_its_headings():
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = set(re.findall(r"\]\(#([^)]+)\)", PAGE))
    assert links
    assert links <= anchors, links - anchors
