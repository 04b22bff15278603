"""Reads the page to explore back into tables."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

FOLDER = Path(__file__).parents[1] / "workflow/templates"
TEMPLATES = {
    part: (FOLDER / f"explorer.{ending}").read_text(encoding="utf-8")
    for part, ending in {"page": "html", "style": "css", "script": "js"}.items()
}


def read_page(text: str) -> dict:
    """Return the data that a page holds."""
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', text)[1])


def table_of_page(table: Mapping, types: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of the page's data as it was, with the columns and types it had."""
    columns = {
        name: values if isinstance(values, list) else [values] * table["rows"]
        for name, values in table["columns"].items()
    }
    return pd.DataFrame(columns).astype(types)
