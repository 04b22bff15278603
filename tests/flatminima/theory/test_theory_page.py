"""What docs/theory.md names exists, and its mathematics is plain enough for GitHub to draw."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import yaml

import flatminima

PROJECT = Path(__file__).parents[3]
PAGE = (PROJECT / "docs" / "theory.md").read_text()
CLAIMS = PROJECT / "workflow" / "flatminima" / "claims"


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


def patterns_of_claims():
    """Return what claims are called: the texts in their modules, f-strings as patterns."""
    parts = [part for path in CLAIMS.glob("*.py") for part in ast.walk(ast.parse(path.read_text()))]
    texts = {
        part.value
        for part in parts
        if isinstance(part, ast.Constant)
        and re.fullmatch(r"[a-z]+[a-z0-9]*(_\w+)+", str(part.value))
    }
    joined = {
        "".join(re.escape(v.value) if isinstance(v, ast.Constant) else r"\w*" for v in part.values)
        for part in parts
        if isinstance(part, ast.JoinedStr)
    }
    return texts | {pattern for pattern in joined if re.fullmatch(r"[\w\\*]+", pattern)}


def test_the_claims_that_it_names_are_judged():
    names = named_after("Claims?")
    assert len(names) > 60
    unknown = {
        name for name in names if not any(re.fullmatch(one, name) for one in patterns_of_claims())
    }
    assert not unknown


def test_it_names_every_claim_that_is_judged():
    """By the table of the last whole study; what only differs in the axis, or is beyond, once."""
    table = PROJECT / "tests" / "reference" / "summaries" / "claims" / "flat_minima.csv"
    judged = {line.partition(",")[0] for line in table.read_text().splitlines()[1:]}
    named = set(re.findall(r"`(\w+)`", PAGE))
    alike = {re.sub("_(depth|width|beyond)", "", name) for name in named}
    missing = {name for name in judged if re.sub("_(depth|width|beyond)", "", name) not in alike}
    assert not missing


def test_it_names_every_figure_of_the_theory():
    drawn = set(yaml.safe_load((PROJECT / "config.yaml").read_text())["figures"])
    theory = {name for name in drawn if name.startswith("theory_")}
    named = set(re.findall(r"`(theory_\w+)`", PAGE))
    assert named == theory


def test_the_files_that_it_names_exist():
    paths = set(re.findall(r"`((?:tests|docs|workflow)/[\w/.]+)`", PAGE))
    assert paths
    assert all((PROJECT / path).exists() for path in paths)


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
