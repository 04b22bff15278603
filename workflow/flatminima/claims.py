"""Verdicts: each statement beside the numbers measured of it.

A claim says that a number has a margin: how far, relative to the bound or closed form, the
measurement is on the right side of it.  It holds if the worst margin over all cases is above
minus a tolerance.  Tolerances cover rounding, or are the stated meaning of "tends to" and
"does not grow"; they belong to the claim, and the regime in which it is asserted is a column.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from flatminima.statistics import CONFIDENCE, log_log_regression, probability

__all__ = [
    "CLAIM_COLUMNS",
    "critical_rate_claims",
    "descent_claims",
    "drift_claims",
    "flow_claims",
    "minimal_sharpness_claims",
    "product_claims",
    "rescaling_claims",
    "verdict",
]

CLAIM_COLUMNS = {
    "claim": "str",
    "source": "str",
    "statement": "str",
    "measured": "str",
    "regime": "str",
    "cases": "int64",
    "worst_margin": "float64",
    "tolerance": "float64",
    "holds": "bool",
}
"""The columns of every table of this module."""

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


def minimal_sharpness_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `flatminima.minimiser_measurements.measure_minimal_sharpness`."""
    smallest, balanced = table["minimal_sharpness"], table["balanced_sharpness"]
    searched = (table["searched_sharpness"] / smallest - 1).dropna()
    rows = [
        verdict(
            "theorem_1", "paper, Theorem 1",
            "2cLa <= S of every minimiser",
            "S of the flattest minimiser built / bound - 1",
            table["built_sharpness"] / table["lower_bound"] - 1, tolerance=ROUNDING,
        ),
        verdict(
            "theorem_2", "paper, Theorem 2",
            "S_min <= 2c sqrt((2L-1) Lambda^2 + (L-1)^2 a^2)",
            "1 - S of the flattest minimiser built / bound",
            1 - table["built_sharpness"] / table["upper_bound"], tolerance=ROUNDING,
        ),
        verdict(
            "minimal_sharpness_attained", "ours",
            "S_min in closed form is the sharpness of a minimiser",
            "-|brute-force S of the network built / S_min - 1|",
            -(table["built_sharpness"] / smallest - 1).abs(), tolerance=ROUNDING,
        ),
        verdict(
            "balanced_sharpness_order", "ours",
            "S_min <= S_balanced <= upper bound",
            "the smaller of S_balanced / S_min - 1 and 1 - S_balanced / upper bound",
            np.minimum(balanced / smallest - 1, 1 - balanced / table["upper_bound"]),
            tolerance=ROUNDING,
        ),
    ]  # fmt: skip
    if len(searched):
        rows += [
            verdict(
                "minimal_sharpness_not_beaten", "ours",
                "no minimiser is flatter than S_min",
                "smallest S found by search / S_min - 1",
                searched, tolerance=ROUNDING, regime="small sizes",
            ),
            verdict(
                "minimal_sharpness_found", "ours",
                "a search over all minimisers ends at S_min",
                "-|smallest S found by search / S_min - 1|",
                -searched.abs(), tolerance=ROUNDING, regime="small sizes",
            ),
        ]  # fmt: skip
    return _table(rows)


def rescaling_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `flatminima.minimiser_measurements.measure_rescaling`."""
    large = table[table["factor"] >= 10]
    slopes = [
        log_log_regression(group["factor"].to_numpy(), group["sharpness"].to_numpy()).slope
        for _, group in large.groupby(["dataset", "depth"])
    ]
    return _table(
        [
            verdict(
                "layer_norm_bound", "ours, from the paper's remark to Theorem 1",
                "S >= 2 w*^T Sigma w* sum_k ||W_k||^-2 at minimisers",
                "S / bound - 1",
                table["sharpness"] / table["layer_norm_bound"] - 1, tolerance=ROUNDING,
            ),
            verdict(
                "rescaling_is_unbounded", "paper, remark to Theorem 1",
                "layers times C and 1/C make a minimiser arbitrarily sharp, as C^2",
                "-|order of S in C - 2|",
                -np.abs(np.array(slopes) - 2), tolerance=LIMIT, regime="C >= 10",
            ),
        ]
    )  # fmt: skip


def flow_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `flatminima.flow_measurements.measure_flows` (one or many, joined)."""
    done = table[table["outcome"] == "converged"]
    fully_connected = done[done["initialisation"] != "residual"]
    satisfying = table[table["initialisation"] == "one_layer_zero"]
    residual = table[table["initialisation"] == "residual"]
    rows = [
        verdict(
            "lemma_1", "paper, Lemma 1",
            "the flow conserves W_{k+1}^T W_{k+1} - W_k W_k^T",
            "-largest change / max(1, largest imbalance)",
            -done["imbalance_change"] / done["initial_imbalance"].clip(lower=1),
            tolerance=ROUNDING,
        ),
        verdict(
            "theorem_3_inequality", "paper, Theorem 3",
            "sum_k ||grad_k R||^2 >= 4 lambda sum_k ||u_k||^2 sigma_min^2 (R - R_min)",
            "smallest ratio of the sides along the path - 1",
            done["lojasiewicz_ratio"] - 1, tolerance=ROUNDING,
        ),
        verdict(
            "risk_rate", "ours",
            "at the end the risk falls at twice the smallest positive eigenvalue of the Hessian",
            "measured rate / that rate - 1",
            done["risk_rate"] / done["predicted_risk_rate"] - 1, tolerance=1e-6,
        ),
    ]  # fmt: skip
    if len(satisfying):
        converged = satisfying["outcome"] == "converged"
        rows.append(
            verdict(
                "theorem_3_convergence", "paper, Theorem 3",
                "under assumption A1 the flow converges to a global minimiser",
                "0 if the flow converged, -1 if not",
                converged.astype(float) - 1, regime=_scales(satisfying),
            )
        )  # fmt: skip
    if len(fully_connected):
        rows += _fully_connected_claims(fully_connected)
    if len(residual):
        rows += _residual_claims(residual)
    return _table(rows)


def _fully_connected_claims(flows: pd.DataFrame) -> list[dict]:
    smallest = _smallest_scales(flows)
    ratio = flows["final_sharpness"] / flows["flow_bound"]
    regime = f"the smallest scale of each network: {_scales(smallest)}"
    rows = [
        verdict(
            "corollary_1_rank", "paper, Corollary 1", "the layers tend to rank one",
            "-largest 1 - sigma_1^2 / ||W||_F^2", -smallest["rank_one_rest"],
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_1_alignment", "paper, Corollary 1", "neighbouring layers tend to align",
            "smallest |<left, right>| - 1", smallest["alignment"] - 1,
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_1_norms", "paper, Corollary 1", "the layers tend to equal norm",
            "1 - largest / smallest norm", 1 - smallest["norm_spread"],
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "balanced_limit", "ours", "S at the end tends to S_balanced as the scale goes to 0",
            "-|S / S_balanced - 1|",
            -(smallest["final_sharpness"] / smallest["balanced_sharpness"] - 1).abs(),
            tolerance=LIMIT, regime=regime,
        ),
        verdict(
            "corollary_2", "paper, Corollary 2", "S at the end <= 8cL Lambda",
            "1 - S / bound", 1 - smallest["final_sharpness"] / smallest["flow_bound"],
            regime=regime,
        ),
        verdict(
            "corollary_2_any_scale", "beyond the paper",
            "the same where the scale is not small",
            "1 - S / bound", 1 - ratio, regime=_scales_of_bound(flows, ratio),
        ),
    ]  # fmt: skip
    return rows + _growth_claims(
        smallest.assign(ratio=smallest["final_sharpness"] / smallest["minimal_sharpness"]),
        "ratio", "corollary_2", "paper, Corollary 2", "S / S_min at the end", regime,
    )  # fmt: skip


def _residual_claims(flows: pd.DataFrame) -> list[dict]:
    converged = int((flows["outcome"] == "converged").sum())
    low = probability(converged, len(flows))["low"]
    done = flows[flows["outcome"] == "converged"]
    smallest = _smallest_scales(done)
    regime = _scales(flows)
    ratio = done["final_sharpness"] / done["flow_bound"]
    rows = [
        verdict(
            "theorem_4_convergence", "paper, Theorem 4",
            "with high probability the flow converges to a global minimiser",
            f"share - 1 (Wilson 95 %: from {low:.4f})",
            [converged / len(flows) - 1], regime=regime,
        ) | {"cases": len(flows)},
        verdict(
            "corollary_3", "paper, Corollary 3, with the constant of Corollary 2",
            "S at the end <= 8cL Lambda", "1 - S / bound",
            1 - smallest["final_sharpness"] / smallest["flow_bound"],
            regime=f"the smallest scale of each network: {_scales(smallest)}",
        ),
        verdict(
            "corollary_3_any_scale", "beyond the paper",
            "the same where the scale is not small",
            "1 - S / bound", 1 - ratio, regime=_scales_of_bound(done, ratio),
        ),
    ]  # fmt: skip
    # Lambda / a changes with the data, and these with the width: S_min alone does not see it.
    done = done.assign(
        ratio=ratio, over_minimal=done["final_sharpness"] / done["minimal_sharpness"]
    )
    for column, claim, source, name in (
        ("ratio", "corollary_3", "paper, Corollary 3", "S / (8cL Lambda) at the end"),
        ("over_minimal", "corollary_3_over_minimal", "beyond the paper", "S / S_min at the end"),
        ("deviation", "theorem_4_deviation", "paper, Theorem 4", "max_k ||theta_k||_F"),
    ):
        rows += _growth_claims(done, column, claim, source, name, regime)
    return rows


def product_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `flatminima.product_measurements.measure_partial_products`."""
    table = table.assign(experiment="", dataset="", initialisation="residual")
    high, low = table[table["quantile"] == 0.95], table[table["quantile"] == 0.05]
    wide = table["width"] == table["width"].max()
    deep = table["depth"] == table["depth"].max()
    middle = table[wide & deep & (table["quantile"] == 0.5)]
    regime = _scales(table)
    return _table(
        [
            *_growth_claims(
                high, "largest_singular_value", "lemma_3_largest", "paper, Lemma 3",
                "the 95 % quantile of the largest singular value of partial products", regime,
            ),
            *_growth_claims(
                low.assign(shrinkage=1 / low["smallest_singular_value"]), "shrinkage",
                "lemma_3_smallest", "paper, Lemma 3",
                "one over the 5 % quantile of the smallest singular value of partial products",
                regime,
            ),
            verdict(
                "lemma_3_uniform", "ours, to the paper's Lemma 3",
                "partial products stretch and shrink by at most twice the limit, however small",
                "the smaller of 1 - largest / (2 limit) and smallest / (limit / 2) - 1 "
                "(95 % and 5 % quantiles)",
                np.minimum(
                    1 - (high["largest_singular_value"] / high["limiting_largest"]).to_numpy() / 2,
                    2 * (low["smallest_singular_value"] / low["limiting_smallest"]).to_numpy() - 1,
                ),
                regime=regime,
            ),
            verdict(
                "lemma_3_limit", "ours",
                "the extreme singular values tend to those of free multiplicative Brownian motion",
                "-|log(median of the extreme / limit)|, the larger of the two",
                -np.maximum(
                    np.abs(np.log(middle["largest_singular_value"] / middle["limiting_largest"])),
                    np.abs(np.log(middle["smallest_singular_value"] / middle["limiting_smallest"])),
                ),
                tolerance=0.1, regime=f"the widest and deepest products, {regime}",
            ),
        ]
    )  # fmt: skip


def drift_claims(table: pd.DataFrame, largest_relative_rate: float = 0.25) -> pd.DataFrame:
    """Judge a table of `flatminima.descent_measurements.measure_imbalance_drift`.

    Args:
        table: The table.
        largest_relative_rate: The order is fitted to rates up to this share of the largest.
    """
    margins = []
    for _, group in table.groupby([*GROUP, "init_scale"]):
        small = group[
            group["learning_rate"] <= largest_relative_rate * group["learning_rate"].max()
        ]
        mean = small.groupby("learning_rate")["imbalance_change"].mean()
        order = log_log_regression(mean.index.to_numpy(), mean.to_numpy()).slope
        margins.append(-abs(order - 1))
    return _table(
        [
            verdict(
                "drift_order", "ours, to the paper's Lemma 1",
                "over a fixed time gradient descent changes the imbalances by order eta",
                "-|fitted order - 1|", margins, tolerance=0.1,
                regime=f"rates up to {largest_relative_rate:g} of the largest",
            )
        ]
    )  # fmt: skip


def critical_rate_claims(convergence: pd.DataFrame, brackets: pd.DataFrame) -> pd.DataFrame:
    """Judge tables of `measure_convergence` and `bracket_critical_rate` (`critical_rate`)."""
    successful = convergence[convergence["converged"] > 0]
    largest = successful.groupby(GROUP)["learning_rate"].max()
    longest = brackets[brackets["steps"] == brackets["steps"].max()]
    stable = longest["diverged_below"] == 0
    distance = (longest["critical_rate"] / longest["exact_critical_rate"] - 1).abs()
    paper = (longest["critical_rate"] / longest["paper_critical_rate"] - 1).abs()
    rows = [
        verdict(
            "critical_rate_is_above", "ours",
            "no run reaches a global minimiser at a rate above 2 / S_min",
            "1 - largest rate of a run that did / (2 / S_min)",
            1 - successful.groupby(GROUP)["relative_rate"].max(), tolerance=ROUNDING,
        ),
        verdict(
            "critical_rate_paper_is_above", "paper, Theorem 1",
            "no run reaches a global minimiser at a rate above 1 / (cLa)",
            "1 - largest rate of a run that did / (1 / (cLa))",
            (1 - largest / longest.groupby(GROUP)["paper_critical_rate"].first()).dropna(),
            tolerance=ROUNDING,
        ),
        verdict(
            "critical_rate_is_nearer", "ours",
            "the measured critical rate is nearer to 2 / S_min than to the paper's 1 / (cLa)",
            "|measured / paper's - 1| - |measured / (2 / S_min) - 1|",
            paper - distance, regime=f"{longest['steps'].max()} steps",
        ),
    ]  # fmt: skip
    for claim, cases, regime in (
        ("critical_rate_is_reached", stable, "no run diverges below the rate"),
        ("critical_rate_is_reached_in_spite_of_divergence", ~stable, "runs diverge below the rate"),
    ):
        if cases.any():
            rows.append(
                verdict(
                    claim, "ours",
                    "the measured critical rate is 2 / S_min",
                    "-|measured / (2 / S_min) - 1|", -distance[cases],
                    tolerance=LIMIT, regime=f"{longest['steps'].max()} steps, {regime}",
                )
            )  # fmt: skip
    return _table(rows)


def descent_claims(table: pd.DataFrame) -> pd.DataFrame:
    """Judge a table of `flatminima.descent_measurements.measure_descents`."""
    done = table[table["outcome"] == "converged"]
    stable = done[done["learning_rate"] * done["flow_sharpness"] < 2]
    unstable = done[done["learning_rate"] * done["flow_sharpness"] >= 2]
    smallest = stable[stable["initialisation"] != "residual"]
    smallest = _smallest_scales(smallest)
    rows = [
        verdict(
            "descent_is_stable", "ours",
            "gradient descent converges only to minimisers with S <= 2 / eta",
            "1 - eta S / 2", 1 - done["learning_rate"] * done["final_sharpness"] / 2,
            tolerance=1e-3,
        ),
    ]  # fmt: skip
    for claim, cases, regime in (
        ("descent_meets_flow_small", smallest, "smallest scales, eta S_flow < 2"),
        ("descent_meets_flow", stable, "all scales, eta S_flow < 2"),
        ("descent_meets_flow_unstable", unstable, "eta S_flow >= 2: the flow's end is unstable"),
    ):
        if len(cases):
            rows.append(
                verdict(
                    claim, "paper, section 4 for section 3's descent",
                    "gradient descent and gradient flow end at the same sharpness",
                    "-|S of descent / S of flow - 1|", -cases["relative_difference"].abs(),
                    tolerance=LIMIT, regime=regime,
                )
            )  # fmt: skip
    return _table(rows)


def _growth_claims(
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


def _smallest_scales(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the smallest scale of each network."""
    return table[table["init_scale"] == table.groupby(GROUP)["init_scale"].transform("min")]


def _scales(table: pd.DataFrame) -> str:
    scales = sorted(table["init_scale"].unique())
    return f"scales {scales[0]:g} to {scales[-1]:g}" if len(scales) > 1 else f"scale {scales[0]:g}"


def _scales_of_bound(table: pd.DataFrame, ratio: pd.Series) -> str:
    """Say up to which scale every ratio is at most one."""
    first = table.loc[ratio > 1, "init_scale"].min()
    held = table.loc[~(table["init_scale"] >= first), "init_scale"]
    return _scales(table) + ("; never" if held.empty else f"; at all up to {held.max():g}")


def _table(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(CLAIM_COLUMNS)).astype(CLAIM_COLUMNS)
