"""The article is typeset from the tables and figures of the study, and types no result itself."""

import io
from pathlib import Path

import pandas as pd
import pytest
import typst
from pypdf import PdfReader, PdfWriter

from flatminima_study.configuration import parse_study
from flatminima_study.pages.article import parts_of_article, typeset
from tests import default

PROJECT = Path(__file__).parents[3]
KEPT = PROJECT / "tests/reference/summaries"
PARTS = parts_of_article(default.STUDY, PROJECT / "workflow")


def placeholder() -> bytes:
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 100)
    writer.write(content)
    return content.getvalue()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The parts of the article, with the kept tables and empty figures."""
    claims = [pd.read_csv(KEPT / f"claims/{name}.csv") for name in default.STUDY.papers_with_claims]
    tables = {
        name: (KEPT / f"{name}.csv").read_bytes() for name in PARTS.tables if name != "claims"
    }
    tables["claims"] = pd.concat(claims).to_csv(index=False).encode()
    return {
        **{name: Path(path).read_bytes() for name, path in PARTS.sources.items()},
        **{f"tables/{name}.csv": content for name, content in tables.items()},
        **{f"figures/figure_{name}.pdf": placeholder() for name in PARTS.figures},
    }


def text_of(files: dict[str, bytes]) -> str:
    """The text of the first page, with the abstract and the first section."""
    return " ".join(PdfReader(io.BytesIO(typeset(files))).pages[0].extract_text().split())


def test_each_companion_paper_of_the_study_has_a_section():
    sections = {Path(name).stem for name in PARTS.sources if name.startswith("sections/")}
    assert sections == default.STUDY.papers.keys() - {"flat_minima"}


def test_a_number_that_changes_in_a_table_changes_in_the_text(files):
    before = text_of(files)
    name = "tables/theory/gaussian.csv"
    theory = pd.read_csv(io.BytesIO(files[name]))
    minimal = theory["quantity"] == "minimal_sharpness"
    shown = f"the smallest possible value is {theory.loc[minimal, 'value'].item():.4g}"
    theory.loc[minimal, "value"] = 12.345678
    after = text_of({**files, name: theory.to_csv(index=False).encode()})
    assert shown in before
    assert shown not in after
    assert "the smallest possible value is 12.35" in after


def test_a_verdict_that_changes_moves_to_what_failed(files):
    claims = pd.read_csv(io.BytesIO(files["tables/claims.csv"]))
    failed = (claims["verdict"] == "fails").sum()
    claims.loc[claims["claim"] == "theorem_2", "verdict"] = "fails"
    after = text_of({**files, "tables/claims.csv": claims.to_csv(index=False).encode()})
    assert f"{failed + 1} fail and" in after


def test_the_same_parts_give_the_same_bytes(files):
    assert typeset(files) == typeset(files)


def test_a_row_that_the_text_needs_is_missed(files):
    name = "tables/theory/gaussian.csv"
    theory = pd.read_csv(io.BytesIO(files[name]))
    theory = theory[theory["quantity"] != "minimal_sharpness"]
    with pytest.raises(typst.TypstError, match="minimal_sharpness"):
        typeset({**files, name: theory.to_csv(index=False).encode()})


def test_a_study_without_the_figures_of_the_main_text_has_no_article():
    config = {**default.CONFIG, "figures": {}}
    assert parts_of_article(parse_study(config), PROJECT / "workflow") is None


def test_the_article_is_typeset_from_a_finished_study(files):
    results = PROJECT / "results/summaries"
    tables = {name: results / f"{name}.csv" for name in PARTS.tables}
    if not all(path.exists() for path in tables.values()):
        pytest.skip("no finished study in results/; `snakemake --cores 2` makes it")
    finished = {f"tables/{name}.csv": path.read_bytes() for name, path in tables.items()}
    assert "The question" in text_of({**files, **finished})
