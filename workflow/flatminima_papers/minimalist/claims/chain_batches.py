"""The claims about steps on batches of samples, over all batches.

"Paper" is Yoo, Song and Yun 2025, arXiv:2506.06940.
"""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ENUMERATION = 1e-9
"""Relative to (||u||^2 + v^2) tr Cov; dividing by eta^2 magnifies the rounding of C."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `chain_batches`."""
    del reduced
    sampled = table[table["batches"] > 1]
    largest, smallest = sampled["extra_increment"].max(), sampled["extra_increment"].min()
    return [
        judge_cases(
            "minimalist_batch_increment", "reading: the exact form is this study's",
            "in the mean over all batches a step changes C by the increment of descent and "
            "(n - b) / (b (n - 1)) (v^2 tr Cov(g_i) - Var(u^T g_i)) eta^2 more",
            "-|difference|, over (||u||^2 + v^2) tr Cov(g_i)",
            -(table["mean_increment"] - table["predicted_increment"]).abs(),
            tolerance=ENUMERATION, regime="every batch of every size",
        ),
        judge_cases(
            "minimalist_no_sign", "this study",
            "what sampling adds to the increment of C is of both signs",
            "the largest, and minus the smallest, over (||u||^2 + v^2) tr Cov(g_i)",
            [largest - ENUMERATION, -smallest - ENUMERATION],
            regime="along descent from a small start",
        ),
    ]  # fmt: skip
