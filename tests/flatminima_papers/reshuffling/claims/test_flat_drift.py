import pytest

from tests.flatminima.claims.tables import flat_drifts, judged, verdicts

NETWORKS = ("deep_linear", "diagonal_linear", "tanh_perceptron")
HOLD = {
    "flat_drift_with_replacement",
    "flat_drift_without_replacement",
    "flat_drift_down_the_trace",
    "flat_drift_brackets",
    "flat_drift_alike",
    "flat_drift_apart_tanh_perceptron",
    "flat_drift_angle",
    "flat_drift_long_epochs",
}
FAIL = {"flat_drift_apart_deep_linear", "flat_drift_apart_diagonal_linear"}


@pytest.fixture
def table():
    return flat_drifts()


def test_samplings_part_in_the_perceptron_alone(table):
    claims = verdicts("flat_drift", table)
    assert set(claims) == HOLD | FAIL
    assert {name for name, verdict in claims.items() if verdict == "holds"} == HOLD
    assert {name for name, verdict in claims.items() if verdict == "fails"} == FAIL


def moved(table, sampling, share):
    """Return the table with the drifts of a sampling moved by a share of the speed."""
    shift = share * table["speed"].where(table["sampling"] == sampling, 0.0)
    return table.assign(
        **{name: table[name] + shift for name in ("drift", "drift_low", "drift_high")}
    )


@pytest.mark.parametrize("sampling", ["with replacement", "without replacement"])
def test_a_drift_that_is_not_the_predicted_one_is_told(table, sampling):
    claims = verdicts("flat_drift", moved(table, sampling, 0.3))
    assert claims[f"flat_drift_{sampling.replace(' ', '_')}"] == "fails"
    assert claims["flat_drift_brackets"] == claims["flat_drift_alike"] == "fails"
    if sampling == "without replacement":
        assert claims["flat_drift_down_the_trace"] == "fails"


def test_drifts_alike_in_the_perceptron_are_against_the_law_of_the_brackets(table):
    drawn = table[table["sampling"] == "with replacement"].set_index(
        ["network", "samples", "direction"]
    )
    keys = list(zip(table["network"], table["samples"], table["direction"], strict=True))
    same = table.assign(
        **{name: drawn.loc[keys, name].to_numpy() for name in ("drift", "drift_low", "drift_high")}
    )
    claims = verdicts("flat_drift", same)
    assert claims["flat_drift_brackets"] == "fails"
    assert claims["flat_drift_alike"] == "holds"


def test_angles_are_judged(table):
    shift = {name: table[name] + 10 for name in ("angle", "angle_low", "angle_high")}
    claims = verdicts("flat_drift", table.assign(**shift))
    assert claims["flat_drift_angle"] == "fails"
    assert {claims[f"flat_drift_apart_{network}"] for network in NETWORKS} == {"holds"}
    constant = table.assign(angle=60.0, angle_low=59.0, angle_high=61.0)
    assert verdicts("flat_drift", constant)["flat_drift_long_epochs"] == "fails"
    wide = table.assign(angle_low=0.0, angle_high=90.0)
    claims = verdicts("flat_drift", wide)
    assert claims["flat_drift_angle"] == claims["flat_drift_long_epochs"] == "undecided"
    assert {claims[f"flat_drift_apart_{network}"] for network in NETWORKS} == {"undecided"}


def test_long_epochs_alone_leave_what_is_said_of_short_ones_unjudged(table):
    claims = judged("flat_drift", table[table["samples"] == 256])
    assert set(claims.index) == {
        "flat_drift_with_replacement", "flat_drift_without_replacement", "flat_drift_angle"
    }  # fmt: skip
