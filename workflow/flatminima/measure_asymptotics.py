"""The end of gradient flow against the flattest minimiser, as the network deepens."""

from collections.abc import Sequence

import pandas as pd

from flatminima.asymptotics import balanced_excess, excess_bound, limiting_excess, moment_ratio
from flatminima.covariances import condition_number
from flatminima.datasets import Dataset

__all__ = ["ASYMPTOTICS_COLUMNS", "measure_asymptotics"]

ASYMPTOTICS_COLUMNS = {
    "dataset": "str",
    "condition_number": "float64",
    "depth": "int64",
    "moment_ratio": "float64",
    "ratio_excess": "float64",
    "ratio_excess_bound": "float64",
    "limiting_ratio_excess": "float64",
    "flow_bound_excess": "float64",
    "scaled_excess": "float64",
    "limiting_excess": "float64",
}
"""The columns of `measure_asymptotics`.

`ratio_excess` is S_balanced / S_min - 1, beside it its bound (Lambda / a - 1) / L, its limit
(x - 1 - log x) / L, and the paper's 4 Lambda / a - 1; `scaled_excess` is L times the first.
"""


def measure_asymptotics(dataset: Dataset, dataset_name: str, depths: Sequence[int]) -> pd.DataFrame:
    """Compute S_balanced / S_min at many depths, with its bound and its limit (this study).

    Args:
        dataset: The data.
        dataset_name: Its name.
        depths: Values of L >= 2.

    Returns:
        A row a depth, with `ASYMPTOTICS_COLUMNS`.

    Raises:
        ValueError: If a depth is below 2, or Sigma w* is zero.
    """
    problem = (dataset.covariance, dataset.minimum_norm_solution)
    bound, limit = excess_bound(*problem), limiting_excess(*problem)
    rows = []
    for depth in depths:
        scaled = balanced_excess(*problem, depth)
        rows.append(
            {
                "dataset": dataset_name,
                "condition_number": condition_number(dataset.covariance),
                "depth": depth,
                "moment_ratio": moment_ratio(*problem),
                "ratio_excess": scaled / depth,
                "ratio_excess_bound": bound / depth,
                "limiting_ratio_excess": limit / depth,
                "flow_bound_excess": 4 * (bound + 1) - 1,
                "scaled_excess": scaled,
                "limiting_excess": limit,
            }
        )
    return pd.DataFrame(rows, columns=list(ASYMPTOTICS_COLUMNS)).astype(ASYMPTOTICS_COLUMNS)
