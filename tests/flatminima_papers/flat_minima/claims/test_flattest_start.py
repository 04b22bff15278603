import pytest

from flatminima.theory import closed_forms
from flatminima_papers.flat_minima.measurements.flattest_start import FlattestStart
from tests.flatminima.claims.tables import flattest_starts, together, verdicts


@pytest.fixture
def table():
    return flattest_starts()


def test_all_holds(table):
    assert set(verdicts("flattest_start", table).values()) == {"holds"}


@pytest.mark.parametrize(
    ("factor", "claim"),
    [(0.998, "critical_rate_converges_below"), (1.002, "critical_rate_fails_above")],
)
def test_a_bracket_about_another_rate_is_told(table, factor, claim):
    wrong = table.assign(exact_critical_rate=factor * table["exact_critical_rate"])
    assert verdicts("flattest_start", wrong)[claim] == "fails"


def test_a_rate_that_does_not_bracket_fails(monkeypatch):
    right = closed_forms.critical_learning_rate
    monkeypatch.setattr(closed_forms, "critical_learning_rate", lambda *args: 1.5 * right(*args))
    measurement = FlattestStart(("d",), ("gaussian",), (3,), (1e-3,), 1e-4, 3, 10000)
    table = together((measurement, (30, 3)))
    assert table["all_converge"].isna().all()
    assert not table["none_converges"].isna().any()
    assert verdicts("flattest_start", table)["critical_rate_converges_below"] == "fails"
