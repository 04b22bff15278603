"""Negative controls: numbers that put one claim on the wrong side, and no other."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import pytest

from .tables import judged

EPSILON = 1e-9
"""How far a control goes beyond a tolerance of zero."""


@dataclass(frozen=True)
class Judged:
    """Measurements that are judged together."""

    table: pd.DataFrame
    reduced: pd.DataFrame | None = None

    def with_values(self, rows: pd.Series, **columns) -> "Judged":
        """Return the same measurements with other values in some rows of the table."""
        assert rows.any()
        return replace(self, table=_with_values(self.table, rows, columns))

    def with_reduced(self, rows: pd.Series, **columns) -> "Judged":
        """Return the same measurements with other values in some rows of the reduced table."""
        assert rows.any()
        return replace(self, reduced=_with_values(self.reduced, rows, columns))


def _with_values(table: pd.DataFrame, rows: pd.Series, columns: dict) -> pd.DataFrame:
    return table.assign(
        **{name: table[name].where(~rows, value) for name, value in columns.items()}
    )


@dataclass(frozen=True)
class Control:
    """How to falsify the numbers that a claim is about.

    Attributes:
        claim: Its identifier.
        tolerance: How far on the wrong side it still holds.
        falsify: Puts sound measurements on the wrong side, by so much.
        implies: Claims that cannot hold where this one does not.
        margin: Of the worst case where it does not hold; minus what `falsify` was given by default.
    """

    claim: str
    tolerance: float
    falsify: Callable[[Judged, float], Judged]
    implies: frozenset[str] = frozenset()
    margin: float | None = None


def controlled(kind: str, sound: Judged, controls: list[Control]) -> tuple[Callable, Callable]:
    """Return the tests of a kind's claims: each turns by its control alone, and each has one."""

    @pytest.mark.parametrize("control", controls, ids=lambda control: control.claim)
    def test_false_numbers_turn_their_verdict_alone(control):
        beyond = 1.1 * control.tolerance + EPSILON
        false = control.falsify(sound, beyond)
        verdicts = judged(kind, false.table, false.reduced)
        assert set(verdicts.index[~verdicts["holds"]]) == {control.claim} | control.implies
        margin = -beyond if control.margin is None else control.margin
        found = verdicts.loc[control.claim]
        assert found["worst_margin"] == pytest.approx(margin, rel=1e-6, abs=1e-13)
        assert found["tolerance"] == control.tolerance

        tolerated = control.falsify(sound, 0.9 * control.tolerance - EPSILON)
        assert judged(kind, tolerated.table, tolerated.reduced)["holds"].all()

    def test_every_claim_holds_of_sound_numbers_and_has_its_control():
        verdicts = judged(kind, sound.table, sound.reduced)
        assert verdicts["holds"].all()
        assert set(verdicts.index) == {control.claim for control in controls}

    return (
        test_false_numbers_turn_their_verdict_alone,
        test_every_claim_holds_of_sound_numbers_and_has_its_control,
    )


def grid(**values) -> pd.DataFrame:
    """Return a row for each combination of values."""
    return pd.MultiIndex.from_product(values.values(), names=values.keys()).to_frame(index=False)
