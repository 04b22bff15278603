"""A table's page holds every value of the table, whatever it is, and stands alone."""

import re

import pandas as pd
import pytest

from flatminima_study.pages.tables import render_table
from tests.templates import templates_of

TEMPLATES = templates_of("table")
TABLE = pd.DataFrame(
    {
        "name": ["<b>&amp;", "plain", None],
        "value": [1 / 3, float("inf"), None],
        "count": [1, 2, 3],
        "holds": [True, False, True],
    }
)


def cells(page: str) -> list[list[tuple[str, str]]]:
    """Return the whole value and the shown text of each cell."""
    return [
        re.findall(r'<td(?: class="number")?(?: title="([^"]*)")?>(.*?)</td>', row)
        for row in re.findall(r"<tr>(.*?)</tr>", page)[1:]
    ]


def test_every_value_is_there_with_all_its_digits():
    page = render_table("claims", TABLE, TEMPLATES)
    assert cells(page) == [
        [("", "&lt;b&gt;&amp;amp;"), (repr(1 / 3), "0.333333"), ("", "1"), ("", "True")],
        [("", "plain"), ("Infinity", "inf"), ("", "2"), ("", "False")],
        [("", ""), ("", ""), ("", "3"), ("", "True")],
    ]
    assert re.findall(r'<th( class="number")?>', page) == ["", *[' class="number"'] * 2, ""]


@pytest.mark.parametrize("rows", [0, 1])
def test_the_page_stands_alone_and_says_where_the_numbers_are(rows):
    page = render_table("theory/gaussian", TABLE[:rows], TEMPLATES)
    assert "/*{{" not in page
    assert "results/summaries/theory/gaussian.csv" in page
    assert f"<p>{rows} rows" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
