"""Verdicts on tables of measurements, and what holds for measurements of every kind."""

from flatminima.claims import CLAIM_COLUMNS
from flatminima.core.columns import typed
from flatminima.core.costs import Work
from tests.flatminima.cases import measured


def verdicts(module, table):
    """Return the verdict on each claim of a module by its name."""
    rows = module.claims(table, None)
    for row in rows:
        assert {*row, "paper"} == {column.name for column in CLAIM_COLUMNS}
        assert len(row["statement"]) > 10
    found = {row["claim"]: row["verdict"] for row in rows}
    assert len(found) == len(rows)
    return found


def changed(before, after):
    """Return the claims whose verdict is another, with that."""
    return {claim: verdict for claim, verdict in after.items() if before[claim] != verdict}


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
