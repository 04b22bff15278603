"""The minimal sharpness proved from below and from above, beside the bounds of one formula."""

import pandas as pd

from flatminima import theory
from flatminima.certificates import certify_minimal_sharpness, second_moment_bound
from flatminima.covariances import condition_number
from flatminima.datasets import Dataset

__all__ = ["CERTIFICATE_COLUMNS", "measure_certificates"]

CERTIFICATE_COLUMNS = {
    "dataset": "str",
    "features": "int64",
    "condition_number": "float64",
    "depth": "int64",
    "lower_bound": "float64",
    "second_moment_bound": "float64",
    "certified_below": "float64",
    "certified_above": "float64",
    "certificate_gap": "float64",
    "minimal_sharpness": "float64",
    "upper_bound": "float64",
}
"""The columns of `measure_certificates`."""


def measure_certificates(dataset: Dataset, dataset_name: str, depth: int) -> pd.DataFrame:
    """Certify S_min and put bounds beside it (Theorems 1 and 2 of the paper; the rest: this study).

    `minimal_sharpness` is found by another solver than `certified_below` and
    `certified_above`, which bound it; `certificate_gap` is their relative difference.

    Args:
        dataset: The data.
        dataset_name: Its name.
        depth: L >= 2.

    Returns:
        One row, with `CERTIFICATE_COLUMNS`.

    Raises:
        ValueError: If the depth is below 2, or Sigma w* is zero.
    """
    problem = (dataset.covariance, dataset.minimum_norm_solution, depth)
    proof = certify_minimal_sharpness(*problem)
    row = {
        "dataset": dataset_name,
        "features": dataset.features,
        "condition_number": condition_number(dataset.covariance),
        "depth": depth,
        "lower_bound": theory.lower_bound(*problem),
        "second_moment_bound": second_moment_bound(*problem),
        "certified_below": proof.below,
        "certified_above": proof.above,
        "certificate_gap": proof.gap,
        "minimal_sharpness": theory.minimal_sharpness(*problem),
        "upper_bound": theory.upper_bound(*problem),
    }
    return pd.DataFrame([row], columns=list(CERTIFICATE_COLUMNS)).astype(CERTIFICATE_COLUMNS)
