import pytest

from tests.flatminima.claims.tables import chain_batches, verdicts

KIND = "chain_batches"


@pytest.fixture
def table():
    return chain_batches()


def test_both_claims_hold(table):
    assert verdicts(KIND, table) == {
        "minimalist_batch_increment": "holds", "minimalist_no_sign": "holds"
    }  # fmt: skip


def test_a_wrong_increment_is_told(table):
    """That of sampling with replacement, which has no factor (n - b) / (n - 1)."""
    samples = table["batch_size"].max()
    share = (samples - table["batch_size"]) / (samples - 1)
    replaced = table["descent_increment"] + table["extra_increment"] / share.where(share > 0, 1)
    wrong = table.assign(predicted_increment=replaced)
    assert verdicts(KIND, wrong)["minimalist_batch_increment"] == "fails"


def test_one_sign_is_told(table):
    wrong = table.assign(extra_increment=table["extra_increment"].abs())
    assert verdicts(KIND, wrong)["minimalist_no_sign"] == "fails"
