"""How the report orders and calls what is in it."""

from collections.abc import Iterable
from typing import Any

from flatminima_study.plan import Study
from flatminima_study.words import WORDS

__all__ = ["describe_figure", "figure_section", "table_section"]

CLAIMS, TABLES, THEORY = "Claims", "Tables", "Theory"


def figure_section(study: Study, figure: str) -> str:
    """Return the heading under which a figure is listed."""
    block = study.figures[figure]
    return (
        THEORY if block["kind"] == "measurement" else study.experiments[block["experiment"]].section
    )


def table_section(table: str) -> str:
    """Return the heading under which a table is listed.

    Args:
        table: Its path in results/summaries, without ending.
    """
    return CLAIMS if table in ("claims", "critical_rates", "overview") else TABLES


def describe_figure(study: Study, figure: str) -> str:
    """Return in a few words what a figure shows."""
    block = study.figures[figure]
    if block["kind"] == "trajectory":
        panels = block.get("panels", ["distance", "sharpness"])
        return f"{figure}: {_words(panels)} along training"
    shown = block["y"] if isinstance(block["y"], list) else [block["y"]]
    return f"{figure}: {_words(shown)} against {_words([block['x']])}"


def _words(columns: Iterable[Any]) -> str:
    return ", ".join(WORDS.get(column, column.replace("_", " ")) for column in columns)
