import numpy as np
import pytest

from flatminima.core.covariances import condition_number, covariance_range, covariance_root
from flatminima.datasets.gaussian import gaussian_dataset


@pytest.mark.parametrize(("samples", "features", "rank"), [(30, 4, 4), (3, 5, 3), (5, 1, 1)])
def test_range_and_root_are_those_of_the_covariance(samples, features, rank):
    covariance = gaussian_dataset(samples, features, 1.0, np.random.default_rng(0)).covariance
    values, vectors = covariance_range(covariance)
    assert values.shape == (rank,)
    np.testing.assert_allclose((vectors * values) @ vectors.T, covariance, atol=1e-14)
    root = covariance_root(covariance)
    assert root.shape == (rank, features)
    np.testing.assert_allclose(root.T @ root, covariance, atol=1e-14)
    assert condition_number(covariance) == pytest.approx(values.max() / values.min())


def test_root_annihilates_the_kernel():
    covariance = gaussian_dataset(3, 5, 1.0, np.random.default_rng(1)).covariance
    kernel = np.linalg.eigh(covariance)[1][:, 0]
    small = np.linalg.eigh(covariance)[1][:, -1] * 1e-10
    expected = small @ covariance @ small
    root = covariance_root(covariance)
    assert np.sum((root @ (kernel + small)) ** 2) == pytest.approx(expected, rel=1e-4)


def test_condition_number_of_known_spectra():
    assert condition_number(np.diag([1.0, 10.0, 100.0])) == pytest.approx(100)
    assert condition_number(np.diag([0.0, 2.0, 3.0])) == pytest.approx(1.5)
