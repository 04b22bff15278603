import numpy as np
import pandas as pd
import pytest

from tests.flatminima.claims.tables import verdicts

LAW, ORDER, INVERSE, STILL, EXACT = (
    "irrelevant_columns_decay_at_the_rate_of_the_law",
    "decay_is_of_second_order",
    "decay_is_inverse_to_the_batch_size",
    "gradient_descent_keeps_irrelevant_columns",
    "law_of_the_decay_is_exact_as_the_rate_vanishes",
)


def table(rate=lambda predicted: predicted, plain=0.0):
    generator = np.random.default_rng(0)
    rows = []
    for size in (4, 8):
        for learning_rate in (0.01, 0.02):
            for repetition in range(5):
                predicted = 2 * learning_rate**2 / size
                measured = rate(predicted) * (1 + 0.002 * generator.standard_normal())
                for noise, own in (("fresh", measured), ("none", plain)):
                    rows.append(
                        {
                            "dataset": "d",
                            "batch_size": size,
                            "learning_rate": learning_rate,
                            "steps": 1000,
                            "repetition": repetition,
                            "noise": noise,
                            "rate": own,
                            "predicted": predicted,
                            "ratio": own / predicted,
                        }
                    )
    return pd.DataFrame(rows)


def test_the_rate_decides():
    assert set(verdicts("support_law", table()).values()) == {"holds"}
    twice = verdicts("support_law", table(lambda predicted: 2 * predicted))
    assert (twice[LAW], twice[ORDER]) == ("fails", "holds")
    first_order = verdicts("support_law", table(lambda predicted: 0.01 * predicted**0.5))
    assert (first_order[LAW], first_order[ORDER]) == ("fails", "fails")
    assert verdicts("support_law", table(plain=1e-6))[STILL] == "fails"


def test_the_powers_of_rate_and_batch_size_are_judged_apart():
    whole = table()
    larger = whole["batch_size"] == 8
    other = verdicts("support_law", whole.assign(rate=whole["rate"] * np.where(larger, 2, 1)))
    assert (other[ORDER], other[INVERSE]) == ("holds", "fails")
    # starts that differ in the power of the rate, by as much as the tolerance and more
    tilt = (whole["learning_rate"] / 0.01) ** (0.2 * (whole["repetition"] - 2))
    apart = verdicts("support_law", whole.assign(rate=whole["rate"] * tilt))
    assert (apart[ORDER], apart[INVERSE]) == ("undecided", "holds")


def test_the_law_may_be_near_and_not_exact():
    near = verdicts("support_law", table(lambda predicted: 1.06 * predicted))
    assert (near[LAW], near[EXACT]) == ("holds", "fails")
    # off by a part that is proportional to the rate
    first_order = verdicts("support_law", table(lambda predicted: predicted + 10 * predicted**1.5))
    assert first_order[EXACT] == "holds"


def test_one_rate_has_no_limit():
    whole = table()
    assert EXACT not in verdicts("support_law", whole[whole["learning_rate"] == 0.01])


def test_the_worst_size_and_rate_decide():
    whole = table()
    one = (
        (whole["batch_size"] == 8) & (whole["learning_rate"] == 0.02) & (whole["noise"] == "fresh")
    )
    whole.loc[one, ["rate", "ratio"]] *= 1.12
    found = verdicts("support_law", whole)
    assert (found[LAW], found[ORDER], found[EXACT]) == ("fails", "holds", "fails")


@pytest.mark.parametrize(("change", "verdict"), [(0.9e-9, "holds"), (1.1e-9, "fails")])
def test_without_noise_a_norm_changes_by_its_rounding(change, verdict):
    for sign in (-1, 1):
        whole = table(plain=sign * change / 1000)  # in 1000 steps
        assert verdicts("support_law", whole)[STILL] == verdict
