import pytest

from tests.flatminima.claims.tables import one_feature, verdicts


@pytest.fixture
def table():
    return one_feature()


def test_the_claim_holds_and_a_wrong_number_is_told(table):
    assert verdicts("one_feature", table) == {"one_feature_end": "holds"}
    for wrong in (
        table.assign(final_sharpness=table["minimal_sharpness"]),
        table.assign(final_sharpness=table["final_sharpness"].where(table.index != 3)),
        table.assign(exact_sharpness=table["exact_sharpness"] * (1 + 1e-7)),
    ):
        assert verdicts("one_feature", wrong) == {"one_feature_end": "fails"}
