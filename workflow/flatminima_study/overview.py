"""The picture at the top of README.md: figures of the study side by side, and their numbers.

The table holds all that the picture shows, so that it can be drawn again without the study.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from flatminima.figures import draw_sweeps
from flatminima.summaries import select_rows

__all__ = ["draw_overview", "tabulate_overview"]


def tabulate_overview(
    tables: Mapping[str, Mapping[str, pd.DataFrame]], figures: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """Return the rows of summaries and of theory that are drawn.

    Args:
        tables: The ``summary`` and the ``theory`` of each figure.
        figures: Blocks of the configuration, of kind sweep, by id.

    Returns:
        The rows as they are, after the ``figure`` and the ``table`` that each belongs to.
    """
    parts = []
    for name, spec in figures.items():
        quantities = [spec["y"], spec.get("baseline"), *spec.get("references", [])]
        for kind, table in tables[name].items():
            rows = select_rows(table, spec.get("select", {}))
            rows = rows[rows["quantity"].isin(quantities)].copy()
            rows.insert(0, "figure", name)
            rows.insert(1, "table", kind)
            parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def draw_overview(table: pd.DataFrame, figures: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Draw the figures from a table of `tabulate_overview`, from left to right."""
    tables = dict(iter(table.groupby(["figure", "table"])))
    return draw_sweeps(
        [(tables[name, "summary"], tables[name, "theory"], spec) for name, spec in figures.items()]
    )
