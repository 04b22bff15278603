import pytest

from .controls import Control, Judged, controlled, grid
from .tables import drifts, judged


def test_the_drift_is_of_order_one():
    assert judged("drift", drifts()).loc["drift_order", "holds"]


def test_a_drift_of_order_two_is_told():
    table = drifts()
    squared = table.assign(imbalance_change=table["learning_rate"] ** 2)
    assert judged("drift", squared).loc["drift_order", "worst_margin"] == pytest.approx(-1)


# Negative controls


def sound():
    """A drift of order one, but at the two rates that are too large to be counted."""
    table = grid(
        experiment=["e"], dataset=["d"], initialisation=["gaussian"], depth=[3, 4], width=[3],
        init_scale=[0.1, 0.2], learning_rate=[0.001, 0.002, 0.004, 0.008, 0.016, 0.032],
    )  # fmt: skip
    rate = table["learning_rate"]
    return Judged(table.assign(imbalance_change=rate.where(rate < 0.01, 100.0)))


SOUND = sound()
ONE = (SOUND.table["depth"] == 4) & (SOUND.table["init_scale"] == 0.1)


def of_order(order):
    def falsify(sound, beyond):
        return sound.with_values(
            ONE, imbalance_change=sound.table["learning_rate"] ** order(beyond)
        )

    return falsify


CONTROLS = [
    Control("drift_order", 0.1, of_order(lambda beyond: 1 + beyond)),
    Control("drift_order", 0.1, of_order(lambda beyond: 1 - beyond)),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("drift", SOUND, CONTROLS)
