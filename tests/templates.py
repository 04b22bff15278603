"""The templates of the project's pages."""

from pathlib import Path

from flatminima_study.pages.templates import read_templates

FOLDER = Path(__file__).parents[1] / "workflow/templates"
ENDINGS = {"page": "html", "style": "css", "script": "js"}


def templates_of(page: str) -> dict[str, str]:
    """Return the templates of one page, as its rule reads them."""
    files = {part: FOLDER / f"{page}.{ending}" for part, ending in ENDINGS.items()}
    return read_templates(files | {"shared_style": FOLDER / "shared.css"})
