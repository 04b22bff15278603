import numpy as np
import pytest

from flatminima.datasets import DataSize
from flatminima.datasets.difficulty import Difficulty


@pytest.mark.parametrize("difficulty", [0.1, 1.0, 1e4])
def test_it_draws_data_of_its_difficulty_and_conditioning(difficulty):
    kind = Difficulty(4, 10.0, difficulty)
    dataset = kind.draw(np.random.default_rng(0))
    assert kind.size() == (dataset.samples, dataset.features) == DataSize(8, 4)
    np.testing.assert_allclose(dataset.covariance, np.diag(np.geomspace(1, 0.1, 4)), atol=1e-13)
    assert np.sum(dataset.minimum_norm_solution**2) == pytest.approx(difficulty, rel=1e-12)
    assert dataset.minimal_risk == pytest.approx(0, abs=1e-20)
    assert kind.reads() == ()


def test_the_direction_alone_does_not_depend_on_the_difficulty():
    easy, hard = (Difficulty(4, 10.0, q).draw(np.random.default_rng(0)) for q in (1.0, 9.0))
    np.testing.assert_allclose(hard.targets, 3 * easy.targets, rtol=1e-13)


def test_it_says_what_it_is():
    assert Difficulty(4, 10.0, 2.5).describe() == (
        "8 noiseless samples, 4 features, condition number 10, difficulty 2.5"
    )
