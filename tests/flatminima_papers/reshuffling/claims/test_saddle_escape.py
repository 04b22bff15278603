import pytest

from tests.flatminima.claims.tables import saddle_escapes, verdicts

VERDICTS = {
    "saddle_mean_formula": "holds",
    "saddle_mean_escapes": "holds",
    "saddle_smaller_variance": "holds",
    "saddle_single_runs_leave_sooner": "fails",
    "saddle_single_runs_leave_later": "holds",
}


@pytest.fixture
def table():
    return saddle_escapes()


def quadratics(table):
    return table[(table["saddle"] == "quadratics")]


def test_the_mean_leaves_first_and_single_runs_last(table):
    claims = verdicts("saddle_escape", quadratics(table))
    assert set(claims) == set(VERDICTS)
    for name in ("smaller_variance", "single_runs_leave_sooner", "single_runs_leave_later"):
        assert claims[f"saddle_{name}"] == VERDICTS[f"saddle_{name}"]
    assert "fails" not in (claims["saddle_mean_formula"], claims["saddle_mean_escapes"])


def exchanged(table):
    """Return the table with the two samplings exchanged."""
    names = {
        "with replacement": "without replacement",
        "without replacement": "with replacement",
    }
    return table.assign(sampling=table["sampling"].replace(names))


def test_samplings_that_are_exchanged_are_told(table):
    claims = verdicts("saddle_escape", exchanged(table))
    assert claims["saddle_smaller_variance"] == "fails"
    assert claims["saddle_mean_escapes"] != "holds"


def test_single_runs_that_leave_at_once_are_told(table):
    ends = ("share_outside", "share_low", "share_high")
    without = table["sampling"] == "without replacement"
    claims = verdicts(
        "saddle_escape", table.assign(**{e: table[e].where(~without, 1) for e in ends})
    )
    assert claims["saddle_single_runs_leave_later"] == "fails"
    assert claims["saddle_single_runs_leave_sooner"] == "holds"


def test_shares_that_are_not_known_are_undecided(table):
    claims = verdicts("saddle_escape", table.assign(share_low=0.0, share_high=1.0))
    assert claims["saddle_single_runs_leave_later"] == "undecided"
    assert claims["saddle_single_runs_leave_sooner"] == "undecided"


def narrow(table, **means):
    """Return the table with means by sampling, known well."""
    mean = table["sampling"].map(means) * table["predicted_mean"]
    width = 0.01 * table["predicted_mean"]
    return table.assign(mean=mean, mean_low=mean - width, mean_high=mean + width)


@pytest.mark.parametrize(
    ("without", "other", "formula", "escapes"),
    [
        (1.0, 0.0, "holds", "holds"),
        (1.0, 1.5, "holds", "fails"),
        (0.5, 0.0, "fails", "holds"),
        (1.2, 0.0, "holds", "holds"),
        (1.3, 0.0, "fails", "holds"),
        (1.0, 1.0, "holds", "undecided"),
    ],
)
def test_means_are_judged(table, without, other, formula, escapes):
    means = {
        "without replacement": without, "with replacement": other, "Gaussian noise": other
    }  # fmt: skip
    claims = verdicts("saddle_escape", narrow(table, **means))
    assert claims["saddle_mean_formula"] == formula
    assert claims["saddle_mean_escapes"] == escapes


def test_before_any_run_leaves_nothing_is_said_of_single_ones(table):
    early = table[table["epoch"] == 1]
    claims = verdicts("saddle_escape", early)
    assert not any("single_runs" in name for name in claims)
