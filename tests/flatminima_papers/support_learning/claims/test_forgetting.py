import numpy as np
import pandas as pd
import pytest

from tests.flatminima.claims.tables import verdicts

LAW, CONTROL = "forgetting_at_any_depth", "forgetting_depends_on_the_depth"


def table(limit=1.0, two_layers=0.6, spread=0.01):
    generator = np.random.default_rng(0)
    rows = [
        {
            "dataset": "d",
            "condition_number": 2.0,
            "depth": depth,
            "learning_rate": rate,
            "ratio": limit + 3 * rate + spread * generator.standard_normal(),
            "two_layer_ratio": two_layers + spread * generator.standard_normal(),
        }
        for depth in (2, 3)
        for rate in (0.01, 0.02)
        for _ in range(20)
    ]
    return pd.DataFrame(rows)


def test_a_ratio_that_tends_to_one_holds():
    assert set(verdicts("forgetting", table()).values()) == {"holds"}


@pytest.mark.parametrize("limit", [0.9, 1.1])
def test_another_limit_is_told(limit):
    assert verdicts("forgetting", table(limit))[LAW] == "fails"


def test_the_law_of_two_layers_is_told():
    """If it were right in deep networks, the control would fail."""
    wrong = table()
    wrong["ratio"] = wrong["two_layer_ratio"]
    assert verdicts("forgetting", wrong)[LAW] == "fails"
    assert verdicts("forgetting", table(two_layers=1.0))[CONTROL] == "fails"


def test_wide_intervals_are_undecided():
    assert verdicts("forgetting", table(spread=1.0))[LAW] == "undecided"


def test_two_layers_alone_have_no_control():
    whole = table()
    assert CONTROL not in verdicts("forgetting", whole[whole["depth"] == 2])
