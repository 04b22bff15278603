import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima_papers.reshuffling.measurements.epoch_bias import PROBLEMS, EpochBias
from tests.flatminima.cases import measured
from tests.flatminima.claims.tables import epoch_biases

KIND = EpochBias(("quadratics",), 4, (1,), (0.01,), 1, 10)


@pytest.fixture
def table():
    return epoch_biases()


def test_a_row_is_a_problem_draw_batch_rate_and_sampling(table):
    assert len(table) == 2 * 2 * 2 * 2 * 3
    counts = table.groupby("sampling")["epochs_averaged"].unique()
    assert {name: set(values) for name, values in counts.items()} == {
        "without replacement": {24},
        "with replacement": {256},
        "Gaussian noise": {4000},
    }


def test_means_over_all_epochs_are_exact_and_those_of_noise_have_an_interval(table):
    exact = table["sampling"] != "Gaussian noise"
    widths = table["bias_high"] - table["bias_low"]
    assert (widths[exact] == 0).all()
    assert (widths[~exact] > 0).all()
    assert table["bias"].between(table["bias_low"], table["bias_high"]).all()


def test_the_bias_is_along_the_formula_and_the_remainder_what_it_leaves(table):
    without = table[table["sampling"] == "without replacement"]
    assert (
        (without["bias"] - without["predicted_bias"]).abs() <= without["remainder"] + 1e-18
    ).all()
    others = table[table["sampling"] != "without replacement"]
    assert (others["bias"].abs() <= others["remainder"] * (1 + 1e-12) + 1e-18).all()
    assert (without["remainder"] < 0.1 * without["predicted_bias"]).all()


def test_noise_moves_the_mean_of_quadratics_nowhere(table):
    """A step on a quadratic is affine: the mean of its end is the end of its mean."""
    noisy = table[(table["sampling"] == "Gaussian noise") & (table["problem"] == "quadratics")]
    assert (noisy["bias"].abs() <= noisy["bias_high"] - noisy["bias_low"]).all()
    assert (noisy["remainder"] < 1e-3).all()


def test_the_end_of_a_pair_is_the_mean_of_two_runs_with_opposite_noise():
    risks, start = PROBLEMS["perceptron"](4, np.random.default_rng(0))
    kind = KIND.replaced(pairs=5)
    ends = kind._ends("Gaussian noise", risks, start, 2, 0.1, np.random.default_rng(1))
    normals = np.random.default_rng(1).standard_normal((2, 4, 5))
    for pair, end in enumerate(ends.T):
        points = []
        for sign in (1, -1):
            point = start
            for numbers in sign * normals[:, :, pair]:
                gradients, _ = risks.derivatives(point)
                mean = gradients.mean(axis=0)
                spread = [e * (g - mean) for e, g in zip(numbers, gradients, strict=True)]
                point = point - 0.1 * (mean + sum(spread) / np.sqrt(4 * 2))
            points.append(point)
        np.testing.assert_allclose(end, np.mean(points, axis=0), rtol=1e-12)


def test_a_case_draws_from_its_own_generator():
    alone = measured(KIND, {})
    more = measured(KIND.replaced(learning_rate=(0.02, 0.01), batch_size=(2, 1), draws=2), {})
    same = more[(more["learning_rate"] == 0.01) & (more["batch_size"] == 1) & (more["draw"] == 0)]
    assert same.reset_index(drop=True).equals(alone)
    other = measured(KIND, {}, seed=1)
    assert not np.isclose(other["predicted_bias"], alone["predicted_bias"]).any()


@pytest.mark.parametrize("size", [3, 4, 8])
def test_batches_that_make_no_epoch_are_refused(size):
    KIND.check({})
    with pytest.raises(Misfit, match=r"batch_size is .* equal batches; allowed: 1, 2$"):
        KIND.replaced(batch_size=(size,)).check({})
    with pytest.raises(Misfit, match=r"batch_size\[1\] is"):
        KIND.replaced(batch_size=(1, size)).check({})
