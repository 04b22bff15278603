import pandas as pd
import pytest

from tests.flatminima.claims.tables import verdicts

WITHOUT, WITH, CONTROL = (
    "long_epoch_bias_without_replacement",
    "long_epoch_bias_with_replacement",
    "short_epoch_formula_is_off_in_long_epochs",
)


def table(shift=0.02, half_width=0.02, short=0.3):
    rows = [
        {
            "problem": problem,
            "samples": samples,
            "epoch_time": 0.5,
            "sampling": sampling,
            "predicted_bias": 1.0,
            "bias": 1 + (shift if samples == 96 else 0.5),
            "bias_low": 1 + shift - half_width,
            "bias_high": 1 + shift + half_width,
            "short_epoch_bias": short if sampling == "without replacement" else 0.0,
        }
        for problem in ("growing curvature", "perceptron")
        for samples in (24, 96)
        for sampling in ("without replacement", "with replacement")
    ]
    return pd.DataFrame(rows)


def test_the_longest_epochs_decide():
    assert set(verdicts("long_epochs", table()).values()) == {"holds"}


@pytest.mark.parametrize("shift", [0.15, -0.15])
def test_another_bias_is_told(shift):
    found = verdicts("long_epochs", table(shift))
    assert found[WITHOUT] == found[WITH] == "fails"


def test_the_formula_for_short_epochs_is_told():
    whole = table()
    wrong = whole.assign(predicted_bias=whole["short_epoch_bias"])
    found = verdicts("long_epochs", wrong)
    assert found[WITHOUT] == found[WITH] == "fails"
    assert verdicts("long_epochs", table(short=1.0))[CONTROL] == "fails"


def test_wide_intervals_are_undecided():
    assert verdicts("long_epochs", table(half_width=0.3))[WITHOUT] == "undecided"


def test_perceptrons_have_no_control():
    whole = table()
    assert CONTROL not in verdicts("long_epochs", whole[whole["problem"] == "perceptron"])
