import numpy as np

from tests.flatminima.claims.tables import critical_rates, judged


def test_no_run_converges_above():
    claims = judged("critical_rate", *critical_rates())
    assert claims["verdict"].to_dict() == {"critical_rate_is_above": "holds"}
    assert "above the rate" in claims.iloc[0]["regime"]


def test_a_run_that_does_is_told():
    table, reduced = critical_rates()
    wrong = table.assign(converged=np.where(table["relative_rate"] > 1, 1, table["converged"]))
    claims = judged("critical_rate", wrong, reduced)
    assert claims["verdict"].to_dict() == {"critical_rate_is_above": "fails"}
