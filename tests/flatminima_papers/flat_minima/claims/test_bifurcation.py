import numpy as np
import pytest

from tests.flatminima.claims.tables import bifurcation, bifurcations, judged, verdicts


@pytest.fixture
def table():
    return bifurcations()


def test_the_critical_rate_is_found_from_above(table):
    claims = verdicts("bifurcation", table[table["relative_rate"] > 1])
    assert claims == {"critical_rate_from_above": "holds"}


def with_steps(table, steps):
    return table.assign(steps_to_converge=steps)[table["relative_rate"] < 1]


def test_the_exponent_is_judged_by_its_interval(table):
    """The few runs here leave it undecided; exact ones, and exact ones of others, do not."""
    wrong = with_steps(table, 100 / table["offset"] ** 2)
    right = with_steps(table, 100 / table["offset"])
    scatter = np.where(table["repetition"] < 2, 0.7, 1.3)
    between = with_steps(table, 100 / table["offset"] ** scatter)
    for part, verdict in ((right, "holds"), (wrong, "fails"), (between, "undecided")):
        assert verdicts("bifurcation", part) == {"time_to_converge": verdict}
    measured = [
        np.polyfit(np.log(g["offset"]), np.log(g["steps_to_converge"]), 1)[0]
        for _, g in table[table["relative_rate"] < 1].groupby("repetition")
    ]
    assert -1.5 < np.mean(measured) < -0.7


@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_another_critical_rate_is_told(table, factor):
    wrong = table.assign(exact_critical_rate=factor * table["exact_critical_rate"])
    assert verdicts("bifurcation", wrong)["critical_rate_from_above"] == "fails"


def test_runs_that_take_longer_are_counted():
    table = bifurcation((), (0.02, 0.03, 0.04))
    counted = table["steps_to_converge"].where(table["repetition"] > 0)
    table = table.assign(steps_to_converge=counted)
    row = judged("bifurcation", table).iloc[0]
    assert row["cases"] == 3
    assert "1 of 4 starts" in row["regime"]
