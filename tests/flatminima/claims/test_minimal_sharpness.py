import numpy as np
import pandas as pd

from flatminima.claims import ROUNDING

from .controls import Control, Judged, controlled
from .tables import judged, minimal_sharpnesses


def test_all_claims_hold():
    claims = judged("minimal_sharpness", minimal_sharpnesses())
    assert claims["holds"].all()
    assert claims.loc["minimal_sharpness_found", "cases"] == 1
    assert claims.loc["theorem_1", "cases"] == 2


def test_a_search_that_falls_below_is_told():
    table = minimal_sharpnesses()
    wrong = table.assign(searched_sharpness=table["searched_sharpness"] * (1 - 1e-6))
    assert not judged("minimal_sharpness", wrong).loc["minimal_sharpness_not_beaten", "holds"]


def test_without_a_search_nothing_is_said_of_it():
    table = minimal_sharpnesses()
    without = judged("minimal_sharpness", table[table["restarts"] == 0])
    assert "minimal_sharpness_found" not in without.index


# Negative controls


SOUND = Judged(
    pd.DataFrame(
        {
            "lower_bound": 3.0, "minimal_sharpness": 4.0, "balanced_sharpness": 5.0,
            "upper_bound": 6.0, "built_sharpness": 4.0, "searched_sharpness": [4.0, np.nan],
        }
    )
)  # fmt: skip
SEARCHED = SOUND.table["searched_sharpness"].notna()


def control(claim, column, value, *, rows=~SEARCHED, implies=(), **others):
    return Control(
        claim,
        ROUNDING,
        lambda sound, beyond: sound.with_values(rows, **{column: value(beyond)}, **others),
        frozenset(implies),
    )


CONTROLS = [
    control("theorem_1", "lower_bound", lambda beyond: 4 / (1 - beyond)),
    # S_built = S_min <= S_balanced <= the bound: a bound below S_built breaks that order.
    control(
        *("theorem_2", "upper_bound", lambda beyond: 4 / (1 + beyond)),
        implies=["balanced_sharpness_order"],
        balanced_sharpness=4.0,
    ),
    control("minimal_sharpness_attained", "built_sharpness", lambda beyond: 4 * (1 + beyond)),
    control("minimal_sharpness_attained", "built_sharpness", lambda beyond: 4 * (1 - beyond)),
    control("balanced_sharpness_order", "balanced_sharpness", lambda beyond: 4 * (1 - beyond)),
    control("balanced_sharpness_order", "balanced_sharpness", lambda beyond: 6 * (1 + beyond)),
    # A search that falls below S_min does not end there either.
    control(
        *("minimal_sharpness_not_beaten", "searched_sharpness", lambda beyond: 4 * (1 - beyond)),
        rows=SEARCHED,
        implies=["minimal_sharpness_found"],
    ),
    control(
        *("minimal_sharpness_found", "searched_sharpness", lambda beyond: 4 * (1 + beyond)),
        rows=SEARCHED,
    ),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("minimal_sharpness", SOUND, CONTROLS)
