import numpy as np
import pandas as pd

from .tables import verdicts

LAW, ORDER, STILL = (
    "irrelevant_columns_decay_at_the_rate_of_the_law",
    "decay_is_of_second_order",
    "gradient_descent_keeps_irrelevant_columns",
)


def table(rate=lambda predicted: predicted, plain=0.0):
    generator = np.random.default_rng(0)
    rows = []
    for size in (4, 8):
        for learning_rate in (0.01, 0.02):
            for repetition in range(5):
                predicted = 2 * learning_rate**2 / size
                measured = rate(predicted) * (1 + 0.01 * generator.standard_normal())
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
