import pytest

from tests.flatminima.claims.tables import certificates, verdicts


@pytest.fixture
def table():
    return certificates()


def test_all_holds(table):
    assert set(verdicts("certificates", table).values()) == {"holds"}


@pytest.mark.parametrize(
    ("column", "factor", "claim"),
    [
        ("certificate_gap", 1e4, "minimal_sharpness_certified"),
        ("minimal_sharpness", 1 + 1e-11, "minimal_sharpness_between"),
        ("minimal_sharpness", 1 - 1e-11, "minimal_sharpness_between"),
        ("second_moment_bound", 2, "second_moment_bound"),
        ("lower_bound", 2, "second_moment_bound"),
    ],
)
def test_a_wrong_number_is_told(table, column, factor, claim):
    wrong = table.assign(**{column: table[column] * factor + (column == "certificate_gap") * 1e-11})
    assert verdicts("certificates", wrong)[claim] == "fails"
