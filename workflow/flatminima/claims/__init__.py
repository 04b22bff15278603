"""Verdicts: each statement beside the numbers measured of it.

A claim says that a number has a margin: how far, relative to the bound or closed form, the
measurement is on the right side of it.  It holds if the worst margin over all cases is above
minus a tolerance.  Tolerances cover rounding, or are the stated meaning of "tends to" and
"does not grow"; they belong to the claim, and the regime in which it is asserted is a column.

The module ``flow`` judges measurements of the kind ``flow``: its function ``claims`` takes their
tables, one below the other, and the table that they are reduced to, and returns a row a claim.
"""

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pandas as pd
from scipy import stats

from flatminima.columns import Column, typed
from flatminima.kinds import names
from flatminima.summaries.statistics import CONFIDENCE

__all__ = [
    "CLAIM_COLUMNS",
    "GROUP",
    "LIMIT",
    "ROUNDING",
    "growth_claims",
    "judge",
    "scales",
    "scales_of_bound",
    "smallest_scales",
    "verdict",
]

CLAIM_COLUMNS = (
    Column("claim", "str"),
    Column("paper", "str"),
    Column("source", "str"),
    Column("statement", "str"),
    Column("measured", "str"),
    Column("regime", "str"),
    Column("cases", "int64"),
    Column("worst_margin"),
    Column("tolerance"),
    Column("holds", "bool"),
)
"""The columns of the table of claims."""

ROUNDING = 1e-8
"""Relative; the accuracy of sharpness values and of the flow is better."""

LIMIT = 0.02
"""What "tends to" means: this near at the smallest scale."""

GROWTH = 0.05
"""What "does not grow" means: a power law fitted has at most this exponent.

Fitted to the larger half of the depths or widths: what is claimed is a bound, which may be
approached from below.
"""

GROUP = ["experiment", "dataset", "initialisation", "depth", "width"]


def verdict(
    claim: str,
    source: str,
    statement: str,
    measured: str,
    margins: Sequence[float] | pd.Series,
    *,
    tolerance: float = 0.0,
    regime: str = "all cases",
) -> dict:
    """Return one row of a table of claims.

    Args:
        claim: Its identifier.
        source: The paper's statement, or ``ours``.
        statement: What is claimed.
        measured: What the margin is.
        margins: One a case, negative on the wrong side; NaN counts as failed.
        tolerance: How far on the wrong side still holds.
        regime: For which cases it is asserted.

    Raises:
        ValueError: If there is no case.
    """
    margins = np.asarray(margins, dtype=np.float64)
    if len(margins) == 0:
        raise ValueError(f"claim {claim} has no case")
    worst = float(margins.min())  # NaN if any is
    return {
        "claim": claim,
        "source": source,
        "statement": statement,
        "measured": measured,
        "regime": regime,
        "cases": len(margins),
        "worst_margin": worst,
        "tolerance": tolerance,
        "holds": worst >= -tolerance,
    }


def judge(
    paper: str, tables: dict[str, pd.DataFrame], reduced: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Judge all measurements of a paper.

    Args:
        paper: Its name.
        tables: The measurements of each kind, one below the other.
        reduced: For each kind what its tables are reduced to, if anything.

    Returns:
        A row a claim, in the order of the kinds.
    """
    rows = [
        row | {"paper": paper}
        for kind, table in tables.items()
        if kind in names("claims")
        for row in import_module(f"flatminima.claims.{kind}").claims(table, reduced.get(kind))
    ]
    types = typed(CLAIM_COLUMNS)
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def growth_claims(
    table: pd.DataFrame, column: str, claim: str, source: str, name: str, regime: str
) -> list[dict]:
    """Return the claims that a column does not grow with the depth, nor with the width.

    One exponent is fitted to all networks: a point is the logarithm of a network's mean,
    relative to those that differ from it in nothing but the depth (or width). Only a residual
    network has to change its data with its width, hence the dataset is left open there.
    """
    rows = []
    fixed = ["experiment", "initialisation", "init_scale"]
    for axis, others in (("depth", ["dataset", "width"]), ("width", ["depth"])):
        x, y, groups = [], [], 0
        for _, group in table.groupby([*fixed, *others]):
            mean = group.groupby(axis)[column].mean()
            mean = mean.tail(len(mean) // 2 + 1)
            if len(mean) >= 3:
                groups += 1
                for values, points in ((mean.index, x), (mean, y)):
                    logarithms = np.log(np.asarray(values, dtype=np.float64))
                    points.append(logarithms - logarithms.mean())
        if groups:
            slope, half_width = _pooled_slope(np.concatenate(x), np.concatenate(y), groups)
            rows.append(
                verdict(
                    f"{claim}_{axis}", source, f"{name} does not grow with the {axis}",
                    f"-exponent of its growth, {slope:.3f} +- {half_width:.3f} (95 %)",
                    [-slope], tolerance=GROWTH, regime=regime,
                ) | {"cases": sum(map(len, x))}
            )  # fmt: skip
    return rows


def _pooled_slope(x: np.ndarray, y: np.ndarray, groups: int) -> tuple[float, float]:
    """Return the slope of y on x, both centred in each group, and its 95 % half-width."""
    slope = (x @ y) / (x @ x)
    degrees = len(x) - groups - 1
    variance = np.sum((y - slope * x) ** 2) / degrees / (x @ x)
    return float(slope), float(stats.t.ppf((1 + CONFIDENCE) / 2, degrees) * np.sqrt(variance))


def smallest_scales(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the smallest scale of each network."""
    return table[table["init_scale"] == table.groupby(GROUP)["init_scale"].transform("min")]


def scales(table: pd.DataFrame) -> str:
    """Say which scales of the initialisation a table has."""
    values = sorted(table["init_scale"].unique())
    return f"scales {values[0]:g} to {values[-1]:g}" if len(values) > 1 else f"scale {values[0]:g}"


def scales_of_bound(table: pd.DataFrame, ratio: pd.Series) -> str:
    """Say up to which scale every ratio is at most one."""
    first = table.loc[ratio > 1, "init_scale"].min()
    held = table.loc[~(table["init_scale"] >= first), "init_scale"]
    return scales(table) + ("; never" if held.empty else f"; at all up to {held.max():g}")
