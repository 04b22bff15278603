import numpy as np
import pytest

from flatminima.datasets import DatasetError, DataSize, prescribed_dataset
from flatminima.datasets.spectrum import Spectrum, spectrum_dataset


@pytest.mark.parametrize("eigenvalues", [[1.0], [1.0, 1.0, 1.0], [1.0, 10.0, 100.0], [2.0, 0.0]])
def test_covariance_and_solution_are_the_prescribed_ones(eigenvalues):
    eigenvalues = np.array(eigenvalues)
    solution = np.where(eigenvalues > 0, np.arange(1.0, len(eigenvalues) + 1), 0)
    data = prescribed_dataset(eigenvalues, solution, np.random.default_rng(0))
    np.testing.assert_allclose(data.covariance, np.diag(eigenvalues), atol=1e-13)
    np.testing.assert_allclose(data.minimum_norm_solution, solution, rtol=1e-12, atol=1e-12)
    assert data.minimal_risk == pytest.approx(0, abs=1e-25)


def test_impossible_problems_are_refused():
    generator = np.random.default_rng(0)
    with pytest.raises(ValueError, match="one shape"):
        prescribed_dataset(np.ones(2), np.ones(3), generator)
    with pytest.raises(ValueError, match="negative"):
        prescribed_dataset(np.array([1.0, -1.0]), np.ones(2), generator)
    with pytest.raises(ValueError, match="range of Sigma"):
        prescribed_dataset(np.array([1.0, 0.0]), np.ones(2), generator)
    with pytest.raises(DatasetError):
        prescribed_dataset(np.ones(2), np.zeros(2), generator)


@pytest.mark.parametrize(("features", "condition_number"), [(2, 1.0), (3, 100.0), (6, 1e4)])
def test_a_kind_draws_data_of_its_conditioning(features, condition_number):
    kind = Spectrum(features, condition_number)
    dataset = kind.draw(np.random.default_rng(0))
    assert kind.size() == (dataset.samples, dataset.features) == DataSize(2 * features, features)
    eigenvalues = np.geomspace(1, 1 / condition_number, features)
    np.testing.assert_allclose(dataset.covariance, np.diag(eigenvalues), atol=1e-13)
    assert np.linalg.norm(dataset.minimum_norm_solution) == pytest.approx(1, rel=1e-10)
    same = spectrum_dataset(features, condition_number, np.random.default_rng(0))
    assert np.array_equal(dataset.targets, same.targets)
    assert kind.reads() == ()


def test_figures_call_data_by_its_conditioning():
    assert Spectrum(5, 30.0).called("condition_30") == "condition number 30"
    assert Spectrum(5, 1.0).called("anything") == "white"
