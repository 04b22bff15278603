"""What is claimed of starts whose layers differ, shrunk together."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

NEAR = 0.05
"""What "tends to" means: at the smallest scale, this share of the distance between the programs."""

APART = 0.1
"""How far from the sparsest solution the ends stay at least; w* has norm 1."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `diagonal_shape`."""
    del reduced
    smallest, largest = table["scale"].min(), table["scale"].max()
    deep = table[(table["depth"] >= 3) & (table["scale"] == smallest)]
    two = table[table["depth"] == 2].pivot(index="problem", columns="scale", values="distance_l1")
    regime = f"drawn shapes, L >= 3, scale {smallest:g}"
    return [
        judge_cases(
            "diagonal_shape_program", "this study",
            "shrunk starts tend to the solution of the linear program of their shape",
            "-distance over that between the program and the sparsest solution",
            -deep["distance_program"] / deep["program_l1"], regime=regime, tolerance=NEAR,
        ),
        judge_cases(
            "diagonal_shape_is_not_sparse", "this study",
            "so they do not tend to the sparsest solution",
            f"distance to the smallest l1 norm - {APART}", deep["distance_l1"] - APART,
            regime=regime,
        ),
        judge_cases(
            "diagonal_shape_two_layers", "this study",
            "with two layers they come nearer to it", "1 - distance over that at the largest scale",
            1 - two[smallest] / two[largest], regime=f"L = 2, scale {smallest:g}",
        ),
    ]  # fmt: skip
