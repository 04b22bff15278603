import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatminima.balance import lemma_2_shares, measure_imbalance

from . import references
from .cases import LINEAR, random_parameters


def obvious_shares(network, imbalance, point):
    W = references.split(network, point)
    u, s, v = zip(*(np.linalg.svd(layer) for layer in W), strict=True)
    top = [values[0] for values in s]
    rest = max(np.linalg.norm(layer) ** 2 - t**2 for layer, t in zip(W, top, strict=True))
    spread = max(abs(a**2 - b**2) for a in top for b in top)
    misalignment = max(
        (1 - (u[k][:, 0] @ v[k + 1][0]) ** 2) * top[k + 1] ** 2 for k in range(len(W) - 1)
    )
    return [
        rest / imbalance.rest,
        spread / imbalance.total,
        misalignment / (imbalance.rest + 2 * imbalance.total),
    ]


@pytest.mark.parametrize("name", ["square", "narrow", "wide", "two layers", "one feature"])
@pytest.mark.parametrize("scale", [0.05, 0.5])
def test_the_lemma_holds_along_the_flow(name, scale):
    network = LINEAR[name]
    initial = random_parameters(network, 1, seed=3, scale=scale)[:, 0]
    imbalance = measure_imbalance(network, initial)
    path = solve_ivp(
        lambda _, w: -references.gradient(network, w), (0, 200), initial, rtol=1e-9, atol=1e-12
    ).y
    for point in path.T[:: max(1, path.shape[1] // 20)]:
        shares = list(vars(lemma_2_shares(network, imbalance, point)).values())
        np.testing.assert_allclose(
            shares, obvious_shares(network, imbalance, point), rtol=1e-6, atol=1e-9
        )
        assert max(shares) <= 1 + 1e-6


def test_what_does_not_follow_the_flow_breaks_the_lemma():
    network = LINEAR["square"]
    imbalance = measure_imbalance(network, random_parameters(network, 1, scale=0.1)[:, 0])
    elsewhere = random_parameters(network, 1, seed=5)[:, 0]
    assert max(vars(lemma_2_shares(network, imbalance, elsewhere)).values()) > 1


def test_the_imbalance_by_hand():
    network = LINEAR["one feature"]  # five layers of one number
    imbalance = measure_imbalance(network, np.array([1.0, 2.0, 0.0, 3.0, 1.0]))
    assert imbalance.total == 3 + 4 + 9 + 8
    assert imbalance.rest == 9 - 1 + 24


def test_a_residual_network_is_refused():
    network = LINEAR["residual"]
    with pytest.raises(ValueError, match="one row"):
        measure_imbalance(network, np.zeros(network.size))
