"""Verdicts on tables of measurements, and what holds for measurements of every kind."""

from importlib import import_module

import pandas as pd

from flatminima.claims import CLAIM_COLUMNS
from flatminima.core.columns import typed
from flatminima.core.costs import Work
from tests.flatminima.cases import measured


def verdicts(module, table):
    """Return the verdict on each claim of a module, or of one by its dotted name in the papers."""
    if isinstance(module, str):
        module = import_module(f"flatminima_papers.{module}")
    types = typed(CLAIM_COLUMNS)
    rows = [row | {"paper": module.__name__.split(".")[1]} for row in module.claims(table, None)]
    claims = pd.DataFrame(rows, columns=list(types)).astype(types)
    assert claims["claim"].is_unique
    assert (claims[["source", "statement", "measured", "regime"]] != "").all(axis=None)
    return claims.set_index("claim")["verdict"].to_dict()


def changed(before, after):
    """Return the claims whose verdict is another, with that."""
    return {claim: verdict for claim, verdict in after.items() if before[claim] != verdict}


def turned(module, right, column, where, change):
    """Return the verdicts that are others when a column is changed where a condition is true."""
    wrong = right.copy()
    rows = where(right)
    assert rows.any()
    wrong.loc[rows, column] = change(right[column][rows])
    return changed(verdicts(module, right), verdicts(module, wrong))


def assert_hold(module, table, few):
    """Check that all claims hold, but for those of which the table may be too small to decide."""
    for claim, verdict in verdicts(module, table).items():
        assert verdict == "holds" or (claim in few and verdict == "undecided"), claim


def check_measurement(measurement, longer):
    """Check the columns of a table, that it is the same again, and that more of it costs more."""
    table = measured(measurement, {})
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == typed(measurement.columns)
    assert len(table) > 0
    assert table.equals(measured(measurement, {}, name="another"))
    assert not table.equals(measured(measurement, {}, seed=1))
    work, more = measurement.work({}), longer.work({})
    assert isinstance(work, Work)
    assert 0 < work.seconds < more.seconds
    assert work.numbers > 0
    return table
