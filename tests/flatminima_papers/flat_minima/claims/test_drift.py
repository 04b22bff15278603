import numpy as np
import pandas as pd

from tests.flatminima.claims.tables import drifts, verdicts


def test_the_order_decides():
    table = drifts()
    assert verdicts("drift", table) == {"drift_order": "holds"}
    squared = table.assign(imbalance_change=table["learning_rate"] ** 2)
    assert verdicts("drift", squared) == {"drift_order": "fails"}
    both = pd.concat([table, squared.assign(depth=9)])
    assert verdicts("drift", both) == {"drift_order": "fails"}


def test_scattered_drifts_are_undecided():
    table = drifts()
    scatter = 1 + 0.5 * np.sin(1e5 * table["learning_rate"])
    wrong = table.assign(imbalance_change=table["learning_rate"] * scatter)
    assert verdicts("drift", wrong) == {"drift_order": "undecided"}
