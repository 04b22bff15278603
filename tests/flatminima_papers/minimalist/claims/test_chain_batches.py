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


@pytest.mark.parametrize(
    ("size", "equal", "of_both_signs"), [(0.9e-9, "holds", "fails"), (1.1e-9, "fails", "holds")]
)
def test_what_counts_as_a_difference(table, size, equal, of_both_signs):
    extra = table["extra_increment"]
    for sign in (-1, 1):
        wrong = table.assign(predicted_increment=table["mean_increment"] + sign * size)
        assert verdicts(KIND, wrong)["minimalist_batch_increment"] == equal
        wrong = table.assign(extra_increment=extra.where(sign * extra <= 0, sign * size))
        assert verdicts(KIND, wrong)["minimalist_no_sign"] == of_both_signs
