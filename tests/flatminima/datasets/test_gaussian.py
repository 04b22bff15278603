import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.datasets import DataSize
from flatminima.datasets.gaussian import Gaussian, gaussian_dataset
from tests.flatminima.cases import assert_close


def gaussian(samples=12, features=4, noise=1.0, seed=0):
    return gaussian_dataset(samples, features, noise, np.random.default_rng(seed))


@given(st.integers(2, 30), st.integers(1, 30), st.floats(0, 3), st.integers(0, 2**32))
def test_gaussian_data_are_normalised(samples, features, noise, seed):
    dataset = gaussian(samples, features, noise, seed)
    assert dataset.inputs.shape == dataset.test_inputs.shape == (samples, features)
    assert dataset.targets.shape == dataset.test_targets.shape == (samples,)
    assert np.linalg.norm(dataset.minimum_norm_solution) == pytest.approx(1, rel=1e-9)


def test_gaussian_data_depend_on_the_generator_only():
    one, same, other = gaussian(seed=1), gaussian(seed=1), gaussian(seed=2)
    assert np.array_equal(one.targets, same.targets)
    assert not np.array_equal(one.targets, other.targets)


def test_inputs_and_noise_have_the_stated_spread():
    dataset = gaussian(samples=20_000, features=2, noise=3.0)
    assert dataset.inputs.std() == pytest.approx(1, rel=0.02)
    # The division by ||w*|| scales the noise and the true solution, of unknown norm, alike.
    generator = np.random.default_rng(0)
    generator.standard_normal((20_000, 2))
    true_norm = np.linalg.norm(generator.standard_normal(2))
    assert np.sqrt(dataset.minimal_risk) == pytest.approx(3 / true_norm, rel=0.05)


@pytest.mark.parametrize("part", ["train", "test"])
def test_noiseless_targets_are_linear_in_both_parts(part):
    dataset = gaussian(samples=50, features=5, noise=0.0)
    inputs = dataset.inputs if part == "train" else dataset.test_inputs
    targets = dataset.targets if part == "train" else dataset.test_targets
    assert dataset.minimal_risk < 1e-28  # the square of a rounding
    assert_close(inputs @ dataset.minimum_norm_solution, targets)


def test_the_test_set_is_another_draw():
    dataset = gaussian()
    assert not np.isin(dataset.test_inputs, dataset.inputs).any()


def test_a_kind_draws_its_data():
    kind = Gaussian(samples=12, features=4, noise=0.5)
    assert kind.size() == DataSize(12, 4)
    assert kind.reads() == ()
    drawn = kind.draw(np.random.default_rng(3))
    assert np.array_equal(drawn.targets, gaussian(12, 4, 0.5, 3).targets)
    assert kind.describe() == "12 samples, 4 features, noise 0.5"
