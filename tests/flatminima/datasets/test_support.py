import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.datasets.support import Support


def drawn(**keys):
    return Support(**({"points": 400, "features": 7, "relevant": 3} | keys)).draw(
        np.random.default_rng(0)
    )


def test_each_point_is_there_twice_with_opposite_noise():
    data = drawn(label_noise=0.5)
    assert Support(400, 7, 3).size() == DataSize(800, 7)
    first, second = slice(0, None, 2), slice(1, None, 2)
    assert np.array_equal(data.inputs[first], data.inputs[second])
    clean = (data.targets[first] + data.targets[second]) / 2
    np.testing.assert_allclose(clean, data.inputs[first, :3].sum(axis=1), atol=1e-12)
    noise = (data.targets[first] - data.targets[second]) / 2
    assert noise.std() == pytest.approx(0.5, rel=0.1)
    assert np.abs(data.inputs[:, 3:].mean(axis=0)).max() < 1e-12


def test_targets():
    x = drawn(label_noise=0.0).inputs[:, :3]
    np.testing.assert_allclose(
        drawn(label_noise=0.0, target="sine").targets, np.sin(x.sum(axis=1)), atol=1e-12
    )
    np.testing.assert_allclose(
        drawn(label_noise=0.0, target="staircase").targets,
        x[:, 0] + x[:, 1] ** 2 + x[:, 2] ** 3,
        atol=1e-12,
    )


def test_whitened_inputs_have_the_identity_as_covariance():
    data = drawn(whitened=True)
    np.testing.assert_allclose(data.covariance, np.eye(7), atol=1e-12)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"relevant": 8}, "relevant is 8, more than the 7 features; allowed: 1 to 7"),
        ({"whitened": True, "points": 5}, "points is 5, fewer than the 7 features"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(keys, says):
    with pytest.raises(Misfit, match=says):
        Support(**({"points": 400, "features": 7, "relevant": 3} | keys)).size()
