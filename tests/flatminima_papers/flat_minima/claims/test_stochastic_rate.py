import numpy as np
import pytest

from tests.flatminima.claims.tables import stochastic_rates, verdicts

SHRINKS = "second_moment_shrinks_below_the_stochastic_rate"
GROWS = "second_moment_grows_above_the_stochastic_rate"


@pytest.fixture
def table():
    return stochastic_rates()


def test_all_holds(table):
    assert set(verdicts("stochastic_rate", table).values()) == {"holds"}


def test_the_critical_rate_of_descent_is_told(table):
    """Next to a rate that is too large the second moment grows on both sides."""
    names = ["growth_{}", "growth_{}_low", "growth_{}_high"]
    above = {name.format("below"): table[name.format("above")] for name in names}
    assert verdicts("stochastic_rate", table.assign(**above))[SHRINKS] == "fails"
    below = {name.format("above"): table[name.format("below")] for name in names}
    assert verdicts("stochastic_rate", table.assign(**below))[GROWS] == "fails"


def test_an_interval_that_contains_zero_is_undecided(table):
    wide = table.assign(growth_below_high=0.01, growth_above_low=-0.01)
    judged = verdicts("stochastic_rate", wide)
    assert judged[SHRINKS] == judged[GROWS] == "undecided"


def test_a_growth_that_was_not_measured_is_undecided(table):
    missing = table.assign(growth_above=np.nan, growth_above_low=np.nan, growth_above_high=np.nan)
    assert verdicts("stochastic_rate", missing)[GROWS] == "undecided"


@pytest.mark.parametrize(
    ("column", "value", "claim"),
    [
        ("certificate_gap", 1e-11, "stochastic_rate_certified"),
        ("largest_random_rate", 1.0, "no_minimiser_is_stabler"),
    ],
)
def test_a_wrong_number_is_told(table, column, value, claim):
    assert verdicts("stochastic_rate", table.assign(**{column: value}))[claim] == "fails"
