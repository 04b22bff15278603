"""What the papers' pages name exists, and GitHub can draw their mathematics."""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

import flatminima
import flatminima_papers

PROJECT = Path(__file__).parents[2]
ROOMS = PROJECT / "workflow" / "flatminima_papers"
PAPERS = sorted(path.parent.name for path in ROOMS.glob("*/__init__.py"))
PAGES = {paper: (ROOMS / paper / "README.md").read_text() for paper in PAPERS}


@pytest.fixture(params=PAPERS)
def paper(request):
    return request.param


def named(page, label):
    """Return the code names in the items of a page that begin with a label."""
    items = re.findall(rf"^- {label}[^:\n]*: (.*?)(?=\n\n|\n- |\Z)", page, re.DOTALL | re.MULTILINE)
    return {name for item in items for name in re.findall(r"`(\w+)`", item)}


def formulas(page):
    """Return what stands between dollars, displayed or not."""
    return re.findall(r"\$\$?([^$]+)\$\$?", page)


@cache
def library():
    """Return every name in the modules of the library and of the papers."""
    modules = [
        importlib.import_module(module.name)
        for package in (flatminima, flatminima_papers)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    return {name for module in modules for name in vars(module)}


def patterns_of_claims(paper):
    """Return what claims are called: the texts in their modules, f-strings as patterns."""
    parts = [
        part
        for path in (ROOMS / paper / "claims").glob("*.py")
        for part in ast.walk(ast.parse(path.read_text()))
    ]
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
    return texts | {
        pattern for pattern in joined if re.fullmatch(r"[\w\\*]*[a-z]{3}[\w\\*]*", pattern)
    }


def judged(paper):
    """Return the names of the claims in the kept table of a paper."""
    table = PROJECT / "tests" / "reference" / "summaries" / "claims" / f"{paper}.csv"
    return {line.partition(",")[0] for line in table.read_text().splitlines()[1:]}


def alike(names):
    """Return names without the parts in which claims of one kind differ: sizes and data."""
    return {re.sub(r"_(sine|staircase)(_small)?$|_\d+$", "", name) for name in names}


def test_every_paper_has_a_page_with_functions_claims_and_figures(paper):
    for label in ("Functions", "Claims", "Figures"):
        assert named(PAGES[paper], label)


def test_the_functions_that_a_page_names_exist(paper):
    names = named(PAGES[paper], "Functions")
    assert names <= library(), names - library()


def test_the_claims_that_a_page_names_are_judged(paper):
    """By the tables of the last whole study, or as a text in the claims' modules."""
    patterns = patterns_of_claims(paper)
    names = named(PAGES[paper], "Claims") - judged(paper)
    unknown = {name for name in names if not any(re.fullmatch(one, name) for one in patterns)}
    assert not unknown


def test_a_page_names_every_claim_that_is_judged(paper):
    """By the tables of the last whole study."""
    names = alike(re.findall(r"`(\w+)`", PAGES[paper]))
    assert judged(paper)
    assert not {name for name in judged(paper) if not alike([name]) <= names}


def test_a_page_names_every_figure_of_its_paper(paper):
    own = ROOMS / paper / "paper.yaml"
    if own.exists():
        drawn = set(yaml.safe_load(own.read_text())["figures"])
    else:
        figures = yaml.safe_load((PROJECT / "config.yaml").read_text())["figures"]
        drawn = {name for name in figures if name.startswith("theory_")}
    assert named(PAGES[paper], "Figures") == drawn


def test_the_files_that_a_page_names_exist(paper):
    paths = re.findall(r"`((?:tests|docs|workflow)/[\w/.]+)`", PAGES[paper])
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_its_mathematics_survives_markdown(paper):
    """Markdown takes a backslash before punctuation, and emphasis, out of mathematics."""
    page = PAGES[paper]
    assert page.count("$$") % 2 == 0
    assert len(formulas(page)) > 15
    for formula in formulas(page):
        assert not re.search(r"\\[^A-Za-z\s]", formula), formula
        assert "*" not in formula, formula
        assert "operatorname" not in formula, formula  # GitHub does not allow it
        assert formula.count("{") == formula.count("}"), formula
    for line in page.replace("$$", "").splitlines():
        assert line.count("$") % 2 == 0, line  # a formula in a sentence does not cross a line


def test_its_mathematics_stands_apart_from_letters(paper):
    """GitHub draws a formula only if no letter or digit touches its dollars."""
    text = re.sub(r"\$\$.*?\$\$", "", PAGES[paper], flags=re.DOTALL)
    for before, after in re.findall(r"(^|.)\$[^$\n]+\$(.|$)", text, re.MULTILINE):
        assert not re.match(r"\w", before), before
        assert not re.match(r"\w", after), after


def test_bars_in_tables_are_not_columns(paper):
    rows = [line for line in PAGES[paper].splitlines() if line.startswith("|")]
    for row in rows:
        assert not any("|" in formula for formula in formulas(row)), row


def test_its_links_lead_to_headings(paper):
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", PAGES[paper])
    for path, anchor in links:
        page = (
            (ROOMS / paper / path).resolve() if path else ROOMS / paper / "README.md"
        ).read_text()
        headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        assert anchor in {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings
        }, anchor
