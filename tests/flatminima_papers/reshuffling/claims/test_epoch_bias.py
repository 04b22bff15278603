import pytest

from tests.flatminima.claims.tables import epoch_biases, judged, verdicts

CLAIMS = {
    "epoch_bias_order",
    "epoch_bias_coefficient",
    "epoch_bias_with_replacement",
    "epoch_bias_noise",
}


@pytest.fixture
def table():
    return epoch_biases()


def changed(table, sampling, **values):
    """Return the table with other values of one sampling."""
    rows = table["sampling"] == sampling
    return table.assign(**{name: table[name].where(~rows, new) for name, new in values.items()})


def test_all_is_judged_and_nothing_fails(table):
    claims = verdicts("epoch_bias", table)
    assert set(claims) == CLAIMS
    assert "fails" not in claims.values()
    assert [claims[f"epoch_bias_{name}"] for name in ("coefficient", "with_replacement")] == [
        "holds"
    ] * 2


def test_epochs_of_two_steps_are_left_out(table):
    alone = judged("epoch_bias", table)
    longer = judged("epoch_bias", table[table["batch_size"] == 1])
    assert alone.equals(longer)


def test_another_order_is_told(table):
    wrong = changed(table, "without replacement", remainder=table["learning_rate"] ** 2)
    assert verdicts("epoch_bias", wrong)["epoch_bias_order"] == "fails"


@pytest.mark.parametrize("factor", [0.0, 0.98, 2.0])
def test_another_coefficient_is_told(table, factor):
    wrong = changed(table, "without replacement", bias=factor * table["predicted_bias"])
    assert verdicts("epoch_bias", wrong)["epoch_bias_coefficient"] == "fails"


@pytest.mark.parametrize(
    ("sampling", "claim"),
    [("with replacement", "with_replacement"), ("Gaussian noise", "noise")],
)
def test_a_bias_where_there_is_none_is_told(table, sampling, claim):
    wrong = changed(table, sampling, bias=0.1 * table["predicted_bias"])
    assert verdicts("epoch_bias", wrong)[f"epoch_bias_{claim}"] == "fails"


def test_noisy_estimates_are_undecided(table):
    """Biases of one formula, half of them each way, say nothing of their mean to a twentieth."""
    signs = table["draw"] * 2 - 1
    wrong = changed(table, "Gaussian noise", bias=signs * table["predicted_bias"])
    assert verdicts("epoch_bias", wrong)["epoch_bias_noise"] == "undecided"
