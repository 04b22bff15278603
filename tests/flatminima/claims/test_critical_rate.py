import pandas as pd

from .tables import critical_rates, judged


def test_no_run_converges_above_the_rate():
    claims = judged("critical_rate", *critical_rates())
    assert claims.loc["critical_rate_is_above", "holds"]
    reached = [name for name in claims.index if name.startswith("critical_rate_is_reached")]
    assert len(reached) == 1


def test_rates_below_which_runs_diverge_are_judged_apart():
    table, brackets = critical_rates()
    both = pd.concat([brackets, brackets.assign(diverged_below=3)])
    claims = judged("critical_rate", table, both)
    assert claims.loc["critical_rate_is_reached_in_spite_of_divergence", "cases"] == 1
    assert claims.loc["critical_rate_is_reached", "cases"] == 1
