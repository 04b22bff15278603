import numpy as np
import pytest

from flatminima.datasets import Dataset, DatasetError
from tests.flatminima.cases import assert_close, data
from tests.flatminima.datasets.problems import X, bad_problems, y

# The quantities of a dataset


@pytest.mark.parametrize(("samples", "features"), [(12, 4), (4, 12), (5, 5), (3, 1)])
def test_quantities_follow_their_definitions(samples, features):
    dataset = data(samples, features)
    inputs, targets = dataset.inputs, dataset.targets
    assert (dataset.samples, dataset.features) == (samples, features)
    assert_close(dataset.covariance, sum(np.outer(x, x) for x in inputs) / samples)
    assert_close(dataset.minimum_norm_solution, np.linalg.pinv(inputs) @ targets, 1e-10)
    rest = targets - inputs @ np.linalg.pinv(inputs) @ targets
    assert dataset.minimal_risk == pytest.approx(np.mean(rest**2), rel=1e-10, abs=1e-25)
    assert dataset.zero_risk == pytest.approx(sum(y * y for y in dataset.targets) / len(rest))


def test_normalising_divides_every_target_and_no_input():
    dataset = Dataset(X, y, 2 * X, 3 * y)
    normalised = dataset.normalised()
    norm = np.linalg.norm(dataset.minimum_norm_solution)
    assert np.linalg.norm(normalised.minimum_norm_solution) == pytest.approx(1, rel=1e-14)
    assert_close(normalised.targets, y / norm)
    assert_close(normalised.test_targets, 3 * y / norm)
    assert np.array_equal(normalised.inputs, X)
    assert np.array_equal(normalised.test_inputs, 2 * X)
    assert Dataset(X, y).normalised().test_targets is None


# Problems that cannot be studied


@bad_problems
def test_a_bad_problem_is_refused_with_its_reason(arrays, reason):
    with pytest.raises(DatasetError, match=reason):
        Dataset(*arrays)


def test_a_test_set_may_have_one_row_and_constant_targets():
    assert Dataset(X, y, X[:1], y[:1]).test_targets.shape == (1,)
