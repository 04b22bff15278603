"""How the tests of the papers measure and judge."""

from importlib import import_module

import pandas as pd

from flatminima.claims import CLAIM_COLUMNS
from flatminima.core.columns import typed
from flatminima.measurements import Given, tabulate


def measured(measurement, name="e", seed=0):
    """Return the table of a measurement that needs no data of the study."""
    return tabulate(measurement, Given(name, seed, {}, {}))


def verdicts(paper, kind, table):
    """Return the verdict on each claim of a kind by the claim's name."""
    module = import_module(f"flatminima_papers.{paper}.claims.{kind}")
    rows = [row | {"paper": paper} for row in module.claims(table, None)]
    types = typed(CLAIM_COLUMNS)
    claims = pd.DataFrame(rows, columns=list(types)).astype(types)
    assert claims["claim"].is_unique
    assert (claims[["source", "statement", "measured", "regime"]] != "").all(axis=None)
    return claims.set_index("claim")["verdict"].to_dict()
