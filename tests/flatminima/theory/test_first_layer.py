"""The first layer's columns, and the proof on the page of `support_learning`, step by step."""

from itertools import product

import numpy as np
import pytest

from flatminima.theory.first_layer import first_layer_gram, irrelevant_norm, share_outside
from tests.flatminima.cases import linear, random_parameters

ETA, NOISE = 1e-6, 0.4
"""The learning rate, and s^2 / b."""


def test_columns_are_those_of_the_inputs():
    network = linear(20, 5, 3, width=4)
    weights = random_parameters(network, 1)[:, 0]
    W = weights[:20].reshape(4, 5)
    assert irrelevant_norm(network, weights, 2) == pytest.approx(np.linalg.norm(W[:, 2:]))
    gram = first_layer_gram(network, weights)
    np.testing.assert_allclose(gram, W.T @ W)
    assert share_outside(gram, 5) == pytest.approx(0)
    assert np.isnan(share_outside(np.zeros((2, 2)), 1))


def points_of(covariance):
    """Return points, even in number, of mean zero and this covariance."""
    root = np.linalg.cholesky(covariance).T * np.sqrt(len(covariance))
    return np.concatenate([root, -root])


@pytest.fixture
def minimum():
    generator = np.random.default_rng(0)
    return generator.standard_normal((4, 5)), generator.standard_normal(4)


def test_settled_runs_lose_the_columns_that_do_not_matter_at_the_rate_of_the_law(minimum):
    W, w = minimum
    solution = W.T @ w
    rho2 = w @ w
    K = W.T @ W + rho2 * np.eye(5)
    Q = ETA * NOISE * K
    away = np.linalg.svd(solution[None])[2][1:].T  # orthogonal to w*
    changes, settled = [], []
    for q, e in product(points_of(Q), points_of(NOISE * np.eye(5))):
        here = W + np.outer(w, q) / rho2
        g = 2 * (here.T @ w - solution) - 2 * e
        next_W, next_w = here - ETA * np.outer(w, g), w - ETA * here @ g
        changes.append(away.T @ (next_W.T @ next_W - here.T @ here) @ away)
        settled.append(np.outer(*2 * [next_W.T @ next_w - solution]))
    of_law = -4 * ETA**2 * NOISE * away.T @ W.T @ W @ away
    np.testing.assert_allclose(np.mean(changes, axis=0), of_law, atol=1e-4 * abs(of_law).max())
    np.testing.assert_allclose(np.mean(settled, axis=0), Q, atol=1e-8 * abs(Q).max())
