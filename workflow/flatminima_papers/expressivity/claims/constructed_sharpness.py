"""What is claimed of the sharpness of constructed networks."""

import numpy as np
import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

VALUES = 1e-12
"""Relative: what rescaling changes by rounding."""

STEADY = 0.1
"""Relative: how much the growth from layer to layer varies."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `constructed_sharpness`."""
    del reduced
    square = table[table["construction"] == "square"].sort_values("size")
    sawtooth = table[table["construction"] == "sawtooth"].sort_values("size")
    growth = np.diff(square["sharpness"]) / np.diff(square["size"])
    factor = np.exp(np.diff(np.log(sawtooth["sharpness"])) / np.diff(sawtooth["size"]))
    return [
        judge_cases(
            "rescaling_keeps_the_function", "this study",
            "rescaling neurons leaves the function as it is",
            "-relative change of the values", -table["value_change"], tolerance=VALUES,
        ),
        judge_cases(
            "rescaling_flattens", "this study",
            "the flattest rescaling is flatter than the weights that are constructed",
            "1 - least sharpness / sharpness", 1 - table["least_sharpness"] / table["sharpness"],
        ),
        judge_cases(
            "square_sharpness_is_linear", "this study",
            "the sharpness of a square grows by the same amount a layer: as log(1/eps)",
            "-|growth / mean growth - 1|", -np.abs(growth / growth.mean() - 1),
            regime="weights as constructed", tolerance=STEADY,
        ),
        judge_cases(
            "sawtooth_sharpness_is_exponential", "this study",
            "that of a sawtooth is multiplied by four a layer", "-|factor / 4 - 1|",
            -np.abs(factor / 4 - 1), regime="weights as constructed", tolerance=STEADY,
        ),
    ]  # fmt: skip
