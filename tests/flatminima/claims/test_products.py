import numpy as np
import pytest

from flatminima.claims import GROWTH

from .controls import Control, Judged, controlled, grid
from .tables import judged, products


def test_all_claims_hold():
    claims = judged("products", products())
    assert claims["holds"].all()
    assert set(claims.index) == {
        "lemma_3_largest_depth",
        "lemma_3_smallest_depth",
        "lemma_3_limit",
        "lemma_3_uniform",
    }
    assert claims.loc["lemma_3_largest_depth", "cases"] == 6  # the three deepest, two widths
    assert claims.loc["lemma_3_limit", "cases"] == 1


def test_products_that_grow_with_the_depth_are_told():
    table = products()
    wild = table.assign(largest_singular_value=table["largest_singular_value"] * table["depth"])
    row = judged("products", wild).loc["lemma_3_largest_depth"]
    assert not row["holds"]
    assert row["worst_margin"] == pytest.approx(-1, abs=0.1)


# Negative controls


def sound():
    """Singular values at their limits 2 and 1/2, but for those of which nothing is claimed."""
    table = grid(
        depth=[4, 8, 16, 32], width=[8, 16, 32, 64], init_scale=[0.5],
        quantile=[0.0, 0.05, 0.5, 0.95, 1.0],
    )  # fmt: skip
    extreme = (table["depth"] == 32) & (table["width"] == 64)
    claimed = table["quantile"].isin([0.05, 0.95]) | (extreme & (table["quantile"] == 0.5))
    return Judged(
        table.assign(
            largest_singular_value=np.where(claimed, 2.0, 1e9),
            smallest_singular_value=np.where(claimed, 0.5, 1e-9),
            limiting_largest=2.0,
            limiting_smallest=0.5,
        )
    )


SOUND = sound()
QUANTILE = SOUND.table["quantile"]
SMALLEST = (SOUND.table["depth"] == 4) & (SOUND.table["width"] == 8)
EXTREME = (SOUND.table["depth"] == 32) & (SOUND.table["width"] == 64)


def growing(claim, quantile, column, axis, sign):
    """Return the control of a column that grows, or shrinks, as a power of an axis."""

    def falsify(sound, beyond):
        growth = (sound.table[axis] / 8) ** (sign * beyond)
        return sound.with_values(quantile == QUANTILE, **{column: sound.table[column] * growth})

    return Control(f"{claim}_{axis}", GROWTH, falsify)


def valued(claim, tolerance, rows, column, value):
    return Control(
        *(claim, tolerance),
        lambda sound, beyond: sound.with_values(rows, **{column: value(beyond)}),
    )


CONTROLS = [
    *(
        growing(claim, quantile, column, axis, sign)
        for claim, quantile, column, sign in (
            ("lemma_3_largest", 0.95, "largest_singular_value", 1),
            ("lemma_3_smallest", 0.05, "smallest_singular_value", -1),
        )
        for axis in ("depth", "width")
    ),
    valued(
        *("lemma_3_uniform", 0.0, SMALLEST & (QUANTILE == 0.95), "largest_singular_value"),
        lambda beyond: 4 * (1 + beyond),
    ),
    valued(
        *("lemma_3_uniform", 0.0, SMALLEST & (QUANTILE == 0.05), "smallest_singular_value"),
        lambda beyond: 0.25 * (1 - beyond),
    ),
    *(
        valued(
            *("lemma_3_limit", 0.1, EXTREME & (QUANTILE == 0.5), column),
            lambda beyond, limit=limit, sign=sign: limit * np.exp(sign * beyond),
        )
        for column, limit in (("largest_singular_value", 2), ("smallest_singular_value", 0.5))
        for sign in (-1, 1)
    ),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("products", SOUND, CONTROLS)
