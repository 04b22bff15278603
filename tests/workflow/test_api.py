"""The pages of the library hold what its docstrings say."""

import re

from tests.study_folder import PROJECT


def test_every_module_has_a_page_that_asks_nobody_else(fresh):
    fresh.snakemake("api")
    pages = {
        path.relative_to(fresh.path / "results/api").with_suffix("").as_posix(): path
        for path in (fresh.path / "results/api").rglob("*.html")
    }
    library = PROJECT / "workflow"
    modules = {
        path.relative_to(library).with_suffix("").as_posix().removesuffix("/__init__")
        for path in (library / "flatminima").rglob("*.py")
    }
    assert modules <= set(pages)
    assert "algebraically largest" in pages["flatminima/sharpness"].read_text()
    for page in pages.values():
        assert not re.search(r'(src|href)="https?://(?!pdoc\.dev)', page.read_text()), page
