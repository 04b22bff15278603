"""Which text, tables and figures make the article, and how Typst sets them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from flatminima_study.planning.study import Study

__all__ = ["ArticleParts", "parts_of_article", "typeset"]

TABLE = re.compile(r'rows\("([^"]+)"\)')
FIGURE = re.compile(r'picture\("([^"]+)"')


@dataclass(frozen=True)
class ArticleParts:
    """What the article is made from.

    Attributes:
        sources: The path of each file of text, by the path that Typst uses.
        tables: The names of the tables below `results/summaries/` that the text reads.
        figures: The names of the figures that it shows.
    """

    sources: dict[str, str]
    tables: list[str]
    figures: list[str]


def parts_of_article(study: Study, workflow: Path) -> ArticleParts | None:
    """Return the parts of a study's article, with a section for each paper that has one.

    Args:
        study: The study.
        workflow: The folder with the article's own text and the papers.

    Returns:
        None if the study lacks a table or figure that the text on the main paper needs. A section
        whose tables or figures are missing is left out.
    """
    parts = ArticleParts({}, [], [])
    for path in sorted((workflow / "article").iterdir()):
        if not _add(parts, study, path.name, path):
            return None
    for paper in study.papers:
        path = workflow / "flatminima_papers" / paper / "article.typ"
        if path.is_file():
            _add(parts, study, f"sections/{paper}.typ", path)
    return parts


def _add(parts: ArticleParts, study: Study, name: str, path: Path) -> bool:
    """Add a file of text with what it needs, if the study has that."""
    text = path.read_text(encoding="utf-8")
    tables, figures = TABLE.findall(text), FIGURE.findall(text)
    if not {*tables} <= {*study.summaries} or not {*figures} <= {*study.figures}:
        return False
    parts.sources[name] = str(path)
    parts.tables.extend(sorted({*tables} - {*parts.tables}))
    parts.figures.extend(sorted({*figures} - {*parts.figures}))
    return True


def typeset(files: Mapping[str, bytes]) -> bytes:
    """Return the PDF of an article.

    Args:
        files: The content of each file by the path that Typst uses; the text is ``article.typ``,
            and each file ``sections/….typ`` is a section, in this order.

    Raises:
        typst.TypstError: If a table lacks what the text reads from it.
    """
    sections = [Path(name).stem for name in files if name.startswith("sections/")]
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return typst.compile(
            Path(folder, "article.typ"),
            root=folder,
            sys_inputs={"sections": " ".join(sections)},
            ignore_system_fonts=True,
        )
