"""Reads the page to explore back into tables."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd


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
