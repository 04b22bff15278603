"""A table as a page that stands alone and sorts by any of its columns."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from flatminima_study.pages.templates import fill_template

__all__ = ["render_table"]

DIGITS = 6
"""Of a number that are shown; the whole number is its title."""


def render_table(name: str, table: pd.DataFrame, templates: Mapping[str, str]) -> str:
    """Return the text of the page.

    Args:
        name: The table's path in results/summaries, without ending.
        table: Its content.
        templates: The texts of the ``page``, its ``style`` and its ``script``.
    """
    parts = {
        "title": escape(name),
        "note": f"{len(table)} rows, as in <code>results/summaries/{escape(name)}.csv</code>.",
        "style": templates["style"],
        "script": templates["script"],
        "table": _as_html(table),
    }
    return fill_template(templates["page"], parts)


def _as_html(table: pd.DataFrame) -> str:
    kinds = {
        column: ' class="number"'
        if is_numeric_dtype(table[column]) and not is_bool_dtype(table[column])
        else ""
        for column in table
    }
    heads = "".join(
        f"<th{kind}><button>{escape(column)}</button></th>" for column, kind in kinds.items()
    )
    columns = [[_cell(value, kinds[name]) for value in table[name].tolist()] for name in table]
    rows = "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
    return f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>"


def _cell(value: Any, kind: str) -> str:
    """Return a cell: empty where there is no value, shortened where a number is long."""
    if pd.isna(value):
        return f"<td{kind}></td>"
    if not isinstance(value, float):
        return f"<td{kind}>{escape(str(value)).replace('_', '_<wbr>')}</td>"
    whole = str(value).replace("inf", "Infinity")  # as JavaScript reads it
    short = f"{value:.{DIGITS}g}"
    title = f' title="{whole}"' if short != whole else ""
    return f"<td{kind}{title}>{short}</td>"
