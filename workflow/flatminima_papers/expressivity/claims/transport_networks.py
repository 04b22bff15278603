"""What is claimed of transport equations by networks of time steps.

"Paper" is the abstract of Beneventano, Cheridito, Jentzen and von Wurstemberger, arXiv:2012.04326.
"""

import numpy as np
import pandas as pd

from flatminima.claims import (
    deviation_margin,
    judge_cases,
    judge_interval,
    margin_below,
    worst_margin,
)

__all__ = ["claims"]

ORDER = 0.1
"""How near the order of Euler's error in the number of steps is to one."""

EXPONENT = 0.05
"""By how much a fitted exponent may exceed the predicted one."""

FILL_IN = 0.15
"""How near to a half the exponent is that identity layers save."""

SHARE = 0.1
"""Of the residual with the wrong sign, and of the difference from the backward flow."""

MANY = 44
"""The steps that count as many."""

IN_DIMENSION = {"nonzeros_in_dimension": 1.0, "parameters_in_dimension": 2.0}
"""The predicted exponents in d: a ring couples three coordinates, whatever d."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `transport_networks`, and their fitted exponents."""
    euler = table[table["method"] == "euler"]
    exact = reduced[(reduced["drift"] == "hardtanh") & (reduced["method"] == "euler")]
    orders = exact[exact["quantity"] == "error_in_steps"]
    fill_in = reduced[reduced["quantity"] == "fill_in_in_accuracy"]
    many = euler[euler["steps"] >= MANY]
    pairs = table.pivot_table(
        values="error",
        index=["experiment", "drift", "joined", "dimension", "steps"],
        columns="method",
    )
    rows = [
        judge_cases(
            "transport_bound", "this study", "the error is at most (T/2N)(e^(LT) - 1), and what an "
            "interpolated drift adds", "1 - error / bound", 1 - euler["error"] / euler["bound"],
            regime="Euler's method, a drift on a ring",
        ),
        judge_interval(
            "transport_order", "this study", "the error is of order one in the number of steps",
            "-|fitted order - 1|, the worst dimension",
            worst_margin(_deviations(orders, -1.0)), int(orders["cases"].sum()),
            regime="Euler's method, a piecewise linear drift on a ring", tolerance=ORDER,
        ),
        judge_cases(
            "transport_forward", "this study", "the solution is u_0 along the forward flow",
            "1 - error / (a tenth of the difference from the backward flow)",
            1 - many["error"] / (SHARE * many["backward_error"]),
            regime=f"Euler's method, N >= {MANY}",
        ),
        judge_cases(
            "transport_equation", "this study", "the network solves u_t = b . grad u",
            "1 - residual / (a tenth of that with the wrong sign)",
            1 - many["residual"] / (SHARE * many["wrong_sign_residual"]),
            regime=f"Euler's method, N >= {MANY}",
        ),
    ]  # fmt: skip
    in_dimension = exact[exact["quantity"].isin(IN_DIMENSION)]
    if len(in_dimension):
        rows.append(
            judge_interval(
                "transport_polynomial", "paper: abstract of arXiv:2012.04326",
                "networks for transport equations grow polynomially with d: here M as d, P as d^2",
                "predicted - fitted exponent in d, the worse of the two",
                worst_margin(
                    margin_below((row.value, row.low, row.high), IN_DIMENSION[row.quantity])
                    for row in in_dimension.itertuples()
                ),
                int(in_dimension["cases"].sum()),
                regime="Euler's method, a piecewise linear drift on a ring, the most steps",
                tolerance=EXPONENT,
            )
        )  # fmt: skip
    if "heun" in pairs:
        both = pairs.dropna()
        rows.append(
            judge_cases(
                "transport_heun", "this study",
                "Heun's method is more accurate than Euler's with as many steps",
                "log10 of Euler's error over Heun's", np.log10(both["euler"] / both["heun"]),
                regime="a drift on a ring",
            )
        )  # fmt: skip
    for drift, saved, what in (
        ("tanh", 0.5, "lower the exponent of M in 1/eps by a half"),
        ("hardtanh", 0.0, "change no exponent where the drift is piecewise linear"),
    ):
        found = fill_in[fill_in["drift"] == drift]
        if len(found):
            rows.append(
                judge_interval(
                    f"transport_identity_{drift}", "this study", f"identity layers {what}",
                    f"-|fitted exponent of what they save - {saved:g}|, the worst dimension",
                    worst_margin(_deviations(found, saved)), int(found["cases"].sum()),
                    regime="Euler's method, steps and accuracies given", tolerance=FILL_IN,
                )
            )  # fmt: skip
    return rows


def _deviations(fitted: pd.DataFrame, target: float) -> list[tuple[float, float, float]]:
    return [deviation_margin(row.value, row.low, row.high, target) for row in fitted.itertuples()]
