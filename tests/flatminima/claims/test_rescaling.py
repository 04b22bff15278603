import numpy as np

from flatminima.claims import LIMIT, ROUNDING

from .controls import Control, Judged, controlled, grid
from .tables import judged, rescalings


def test_all_claims_hold():
    assert judged("rescaling", rescalings())["holds"].all()


def test_a_sharpness_that_grows_linearly_is_told():
    table = rescalings()
    linearly = table.assign(sharpness=table["factor"])
    assert not judged("rescaling", linearly)["holds"].any()


# Negative controls


def sound():
    """Sharpness C^2; below C = 10, where another law may rule, it is constant."""
    table = grid(dataset=["d", "e"], depth=[2, 3], factor=np.geomspace(1, 1e4, 9))
    sharpness = table["factor"].where(table["factor"] >= 10, 7.0) ** 2
    return Judged(table.assign(sharpness=sharpness, layer_norm_bound=sharpness / 2))


SOUND = sound()
ONE = (SOUND.table["dataset"] == "e") & (SOUND.table["depth"] == 3)
LARGE = SOUND.table["factor"] >= 10


def of_order(order):
    def falsify(sound, beyond):
        return sound.with_values(ONE & LARGE, sharpness=sound.table["factor"] ** order(beyond))

    return falsify


CONTROLS = [
    Control(
        *("layer_norm_bound", ROUNDING),
        lambda sound, beyond: sound.with_values(
            sound.table.index == 5, layer_norm_bound=sound.table["sharpness"] / (1 - beyond)
        ),
    ),
    Control("rescaling_is_unbounded", LIMIT, of_order(lambda beyond: 2 + beyond)),
    Control("rescaling_is_unbounded", LIMIT, of_order(lambda beyond: 2 - beyond)),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("rescaling", SOUND, CONTROLS)
