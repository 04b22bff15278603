import numpy as np
import pytest
from scipy.integrate import solve_ivp

from flatminima_papers.flat_minima.theory.balance import (
    lemma_2_shares,
    measure_balance,
    measure_imbalance,
)
from tests.flatminima import references
from tests.flatminima.cases import LINEAR, random_parameters


def obvious_shares(network, imbalance, point):
    W = references.split(network, point)
    u, s, v = zip(*(np.linalg.svd(layer) for layer in W), strict=True)
    top = [values[0] for values in s]
    squares = [t**2 for t in top]
    cosines = [u[k][:, 0] @ v[k + 1][0] for k in range(len(W) - 1)]
    shares = {
        "rest_share": max(
            (np.linalg.norm(layer) ** 2 - square) / imbalance.rest
            for layer, square in zip(W, squares, strict=True)
        ),
        "spread_share": max(abs(a - b) for a in squares for b in squares) / imbalance.total,
        "misalignment_share": 0.0,
        "davis_kahan_share": 0.0,
    }
    for k, cosine in enumerate(cosines):
        lemma = (imbalance.rest + 2 * imbalance.total) / squares[k + 1]
        share = (1 - cosine**2) / lemma
        shares["misalignment_share"] = max(shares["misalignment_share"], share)
        if squares[k] > imbalance.rest:
            faster = 4 * imbalance.parts[k] ** 2 / (squares[k] - imbalance.rest) ** 2
            share = (1 - cosine**2) / faster
            shares["davis_kahan_share"] = max(shares["davis_kahan_share"], share)
    return shares


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
        shares = lemma_2_shares(imbalance, measure_balance(network, point))
        expected = obvious_shares(network, imbalance, point)
        assert list(shares) == list(expected)
        np.testing.assert_allclose(
            list(shares.values()), list(expected.values()), rtol=1e-5, atol=1e-7
        )
        assert max(shares.values()) <= 1 + 1e-6


def test_what_does_not_follow_the_flow_breaks_the_lemma():
    network = LINEAR["square"]
    imbalance = measure_imbalance(network, random_parameters(network, 1, scale=0.1)[:, 0])
    elsewhere = random_parameters(network, 1, seed=5)[:, 0]
    shares = lemma_2_shares(imbalance, measure_balance(network, elsewhere))
    assert min(shares.values()) > 1


def test_the_imbalance_by_hand():
    network = LINEAR["one feature"]  # five layers of one number
    imbalance = measure_imbalance(network, np.array([1.0, 2.0, 0.0, 3.0, 1.0]))
    assert imbalance.parts.tolist() == [3, 4, 9, 8]
    assert imbalance.total == 3 + 4 + 9 + 8
    assert imbalance.rest == 9 - 1 + 24


def test_a_residual_network_is_refused():
    network = LINEAR["residual"]
    with pytest.raises(ValueError, match="one row"):
        measure_imbalance(network, np.zeros(network.size))
