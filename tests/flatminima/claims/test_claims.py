"""A verdict is that of its worst case; and who is judged."""

import numpy as np
import pytest

from flatminima.claims import verdict


def test_the_worst_case_decides():
    row = verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0], tolerance=1e-8)
    assert row["cases"] == 3
    assert row["worst_margin"] == -1e-9
    assert row["holds"]
    assert not verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0])["holds"]


def test_a_margin_that_is_not_a_number_fails():
    assert not verdict("c", "ours", "s", "m", [0.5, np.nan])["holds"]


def test_no_case_is_no_verdict():
    with pytest.raises(ValueError, match="has no case"):
        verdict("c", "ours", "s", "m", [])
