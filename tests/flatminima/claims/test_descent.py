import numpy as np
import pandas as pd

from flatminima.claims import LIMIT

from .controls import Control, Judged, controlled, grid
from .tables import descents, judged


def test_all_claims_hold():
    claims = judged("descent", descents())
    assert claims["holds"].all()
    assert claims.loc["descent_meets_flow_small", "cases"] == 4


def test_where_the_end_of_the_flow_is_unstable_is_judged_apart():
    unstable = descents().assign(flow_sharpness=np.inf)
    assert set(judged("descent", unstable).index) == {
        "descent_is_stable", "descent_meets_flow_unstable"
    }  # fmt: skip


# Negative controls


def sound():
    """Runs whose flow ends at sharpness 10, at a rate for which that is stable and one not."""
    table = grid(
        experiment=["e"], dataset=["d"], initialisation=["gaussian", "residual"], depth=[3],
        width=[3], init_scale=[0.01, 0.1], learning_rate=[0.1, 0.3], outcome=["converged"],
    )  # fmt: skip
    table = table.assign(final_sharpness=5.0, flow_sharpness=10.0, relative_difference=0.0)
    failed = table.assign(outcome="not_converged", final_sharpness=1e9, relative_difference=1e9)
    return Judged(pd.concat([table, failed], ignore_index=True))


SOUND = sound()
DONE = SOUND.table["outcome"] == "converged"
STABLE = DONE & (SOUND.table["learning_rate"] == 0.1)
GAUSSIAN = SOUND.table["initialisation"] == "gaussian"
SMALL = SOUND.table["init_scale"] == 0.01


def meets(claim, rows, implies=()):
    """Return the controls of a descent that ends at a flatter and at a sharper minimiser."""
    return [
        Control(
            *(claim, LIMIT),
            lambda sound, beyond, sign=sign: sound.with_values(
                rows, relative_difference=sign * beyond
            ),
            frozenset(implies),
        )
        for sign in (-1, 1)
    ]


CONTROLS = [
    Control(
        *("descent_is_stable", 1e-3),
        lambda sound, beyond: sound.with_values(
            DONE & ~STABLE & SMALL, final_sharpness=2 / 0.3 * (1 + beyond)
        ),
    ),
    *meets("descent_meets_flow_small", STABLE & GAUSSIAN & SMALL, ["descent_meets_flow"]),
    *meets("descent_meets_flow", STABLE & GAUSSIAN & ~SMALL),
    # the smallest scale of a residual network is no limit
    *meets("descent_meets_flow", STABLE & ~GAUSSIAN & SMALL),
    *meets("descent_meets_flow_unstable", DONE & ~STABLE & GAUSSIAN),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("descent", SOUND, CONTROLS)
