"""The claims about where gradient descent ends.

That descent and flow end alike is a statement about small rates.  It is judged, with its order, by
`claims.backward_error`.  Here rates go up to the critical one.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

STABLE = 1e-3
"""The relative accuracy to which runs at the edge of stability have converged."""

SHARPER = 0.01
"""The relative amount by which descent may end sharper than the flow: "hardly"."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `descent`."""
    del reduced
    done = table[table["outcome"] == "converged"]
    unstable = done[done["learning_rate"] * done["flow_sharpness"] > 2]
    flatter = 1 - done["final_sharpness"] / done["flow_sharpness"]
    rates = table["relative_rate"]
    regime = f"relative rates {rates.min():g} to {rates.max():g}, "
    regime += f"{len(done)} of {len(table)} runs, which converged"
    return [
        judge_cases(
            "descent_is_stable", "this study",
            "gradient descent converges only to minimisers with S <= 2 / eta",
            "1 - eta S / 2", 1 - done["learning_rate"] * done["final_sharpness"] / 2,
            tolerance=STABLE,
            regime=f"{regime}; the flow's end is unstable in {len(unstable)}",
        ),
        judge_cases(
            "descent_is_hardly_sharper", "this study",
            f"gradient descent ends at most {SHARPER:.0%} sharper than the flow from its start",
            "1 - S of descent / S of flow", flatter, tolerance=SHARPER, regime=regime,
        ),
        judge_cases(
            "descent_is_never_sharper",
            "reading: of deeper networks, what is proved for two layers and one feature",
            "gradient descent ends no sharper than gradient flow from the same start",
            "1 - S of descent / S of flow", flatter, tolerance=STABLE,
            regime=f"{regime}; sharper by more than the tolerance in "
            f"{(flatter < -STABLE).sum()}",
        ),
    ]  # fmt: skip
