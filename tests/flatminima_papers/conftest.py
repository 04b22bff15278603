import numpy as np
import pytest

from flatminima.datasets import prescribed_dataset
from flatminima.datasets.gaussian import gaussian_dataset


@pytest.fixture(scope="package")
def dataset():
    return gaussian_dataset(40, 3, 1.0, np.random.default_rng(0))


@pytest.fixture(scope="package")
def scalar():
    """One dimension, Sigma = w* = 1: S_min = 2L, and R = (w - 1)^2."""
    return prescribed_dataset(np.ones(1), np.ones(1), np.random.default_rng(0))
