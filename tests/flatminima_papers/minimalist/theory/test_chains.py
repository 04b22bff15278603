from itertools import combinations

import numpy as np
import pytest

from flatminima.networks.linear.network import LinearNetwork
from flatminima.optimisers import GradientDescent
from flatminima.runs.training import train
from flatminima.theory.closed_forms import balanced_sharpness
from flatminima_papers.minimalist.theory.chains import (
    balance,
    batch_increment,
    chain_bounds,
    descent_increment,
    difficulty,
    draw_chains,
    predicted_sharpness,
    row_basis,
    sample_slopes,
)
from tests.flatminima.cases import assert_close, data, difficult

RATE = 0.1
DATASETS = {"many samples": data(8, 3), "few samples": data(5, 8)}
datasets = pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS.keys())


def point(dataset, runs=4):
    generator = np.random.default_rng(0)
    return generator.standard_normal((dataset.features, runs)), generator.standard_normal(runs)


@datasets
def test_the_difficulty_is_the_sum_over_singular_vectors(dataset):
    left, values, _ = np.linalg.svd(dataset.inputs, full_matrices=False)
    assert difficulty(dataset) == pytest.approx(np.sum((left.T @ dataset.targets / values) ** 2))


@datasets
@pytest.mark.parametrize("depth", [2, 3, 7])
def test_the_bounds_are_about_the_sharpness_of_the_balanced_minimiser(dataset, depth):
    exact = balanced_sharpness(dataset.covariance, dataset.minimum_norm_solution, depth)
    lower, upper = chain_bounds(dataset, depth)
    assert predicted_sharpness(dataset, depth) <= lower <= exact <= upper


def test_all_meet_where_the_solution_is_along_one_direction():
    """White data of one feature: S = 2 L Sigma Q^(1-1/L)."""
    dataset = data(6, 1, noise=0.0)
    curvature = dataset.covariance[0, 0]
    assert chain_bounds(dataset, 3) == pytest.approx((6 * curvature, 6 * curvature))


def test_the_prediction_grows_as_a_power_of_the_difficulty():
    ratio = predicted_sharpness(difficult(16.0), 4) / predicted_sharpness(difficult(1.0), 4)
    assert ratio == pytest.approx(8)


@datasets
def test_the_basis_of_the_rows_is_orthonormal_and_projects_on_them(dataset):
    rows = row_basis(dataset)
    assert_close(rows.T @ rows, np.eye(rows.shape[1]))
    projection = np.linalg.pinv(dataset.inputs) @ dataset.inputs
    assert_close(rows @ rows.T, projection, 1e-12)


def test_a_chain_is_drawn_from_its_own_generator():
    network = LinearNetwork(data(6, 3), 2, width=1)
    starts = draw_chains(network, 0.5, [np.random.default_rng(seed) for seed in (1, 2)])
    alone = draw_chains(network, 0.5, [np.random.default_rng(2)])
    assert_close(starts[:, 1:], alone)
    assert_close(alone[:, 0], 0.5 * np.random.default_rng(2).standard_normal(4))


@datasets
def test_a_step_of_descent_changes_the_balance_as_stated(dataset):
    first, second = point(dataset)
    network = LinearNetwork(dataset, 2, width=1)
    weights = np.vstack([first, second])
    after = train(network, weights, GradientDescent(np.full(4, RATE)), 1).parameters
    rows = row_basis(dataset)
    change = balance(after[:-1], after[-1], rows) - balance(first, second, rows)
    slope = sample_slopes(dataset, first * second).mean(axis=0)
    assert_close(change, RATE**2 * descent_increment(first, second, slope))


@datasets
@pytest.mark.parametrize("batch_size", [1, 2, 4])
def test_batches_add_what_is_stated_in_the_mean_over_all(dataset, batch_size):
    first, second = point(dataset)
    slopes = sample_slopes(dataset, first * second)
    rows, changes = row_basis(dataset), []
    for batch in combinations(range(dataset.samples), batch_size):
        slope = slopes[list(batch)].mean(axis=0)
        after = first - RATE * second * slope, second - RATE * (first * slope).sum(axis=0)
        changes.append(balance(*after, rows) - balance(first, second, rows))
    expected = descent_increment(first, second, slopes.mean(axis=0)) + batch_increment(
        first, second, slopes, batch_size
    )
    assert_close(np.mean(changes, axis=0), RATE**2 * expected, 1e-11)


@datasets
def test_all_samples_add_nothing(dataset):
    first, second = point(dataset)
    slopes = sample_slopes(dataset, first * second)
    assert (batch_increment(first, second, slopes, dataset.samples) == 0).all()
