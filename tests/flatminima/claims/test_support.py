import numpy as np
import pandas as pd

from .tables import verdicts


def table(left=None, decay=0.0, outside=0.01):
    """Return runs of which this much is left, for each size of batches."""
    left = left or {1: 0.2, 32: 0.4, 1000: 0.8}
    generator = np.random.default_rng(0)
    rows = [
        ("batches" if size < 1000 else "full", size, share, repetition)
        for size, share in left.items()
        for repetition in range(5)
    ]
    rows += [("decay", 1000, decay, repetition) for repetition in range(5)]
    return pd.DataFrame(
        [
            {
                "experiment": "e",
                "dataset": "d",
                "batch_size": size,
                "learning_rate": 0.1,
                "repetition": repetition,
                "role": role,
                "share_left": share * (1 + 0.02 * generator.standard_normal()),
                "gram_share_outside": outside,
            }
            for role, size, share, repetition in rows
        ]
    )


def test_what_is_left_decides():
    assert set(verdicts("support", table()).values()) == {"holds"}
    found = verdicts("support", table({1: 0.6, 32: 0.4, 1000: 0.8}))
    assert found["smaller_batches_leave_less"] == "fails"
    assert found["weight_decay_removes_irrelevant_columns"] == "holds"
    found = verdicts("support", table(decay=0.3, outside=0.4))
    assert found["weight_decay_removes_irrelevant_columns"] == "fails"
    assert found["gram_matrix_is_confined_under_sgd"] == "fails"
    found = verdicts("support", table({1: 0.1, 32: 0.2, 1000: 0.4}))
    assert found["gradient_descent_keeps_most_of_irrelevant_columns"] == "fails"
    assert found["smaller_batches_leave_less"] == "holds"
