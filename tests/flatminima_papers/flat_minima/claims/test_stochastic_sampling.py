import pytest

from tests.flatminima.claims.tables import stochastic_samplings, verdicts


@pytest.fixture
def table():
    return stochastic_samplings()


def test_all_holds(table):
    assert set(verdicts("stochastic_sampling", table).values()) == {"holds"}


def test_exchanged_samplings_are_told(table):
    others = {"in epochs": "with replacement", "with replacement": "in epochs"}
    wrong = table.assign(sampling=table["sampling"].map(others))
    judged = verdicts("stochastic_sampling", wrong)
    assert judged["epochs_are_stable_beyond_independent_batches"] == "fails"
    assert judged["fourth_moments_give_the_unstable_rates"] == "fails"


def test_growth_below_is_told(table):
    wrong = table.assign(growth=-table["growth"], growth_low=-table["growth_high"],
                         growth_high=-table["growth_low"])  # fmt: skip
    assert verdicts("stochastic_sampling", wrong)["fourth_moments_give_the_stable_rates"] == "fails"


def test_wide_intervals_are_undecided(table):
    wide = table.assign(growth_low=-9.0, growth_high=9.0)
    assert set(verdicts("stochastic_sampling", wide).values()) == {"undecided"}
