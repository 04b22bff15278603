import numba
import numpy as np
import pytest
from scipy.special import erfcx

from flatminima.kernels import activations
from flatminima.kernels.blocks import LANES, aligned_empty
from flatminima.kernels.vector import vectors
from tests.flatminima.cases import assert_same_bits
from tests.flatminima.references import gelu, gelu_slope

forms = pytest.mark.parametrize("form", ["tanh", "erf"])
all_forms = pytest.mark.parametrize("form", ["tanh", "erf", "relu", "plain tanh"])

# Both tails, where the logistic function saturates, and the neighbourhood of zero.
POINTS = np.concatenate(
    [np.linspace(-40, 40, 4001), [0.0, -0.0], *(s * np.logspace(-300, 2, 300) for s in (-1, 1))]
)


def with_slope(activation):
    """Return what applies an activation to every vector, in place, and writes its slopes."""

    @numba.njit
    def run(z, slope):
        for i in range(z.size // LANES):
            vectors(z)[i], vectors(slope)[i] = activation(vectors(z)[i])

    return run


def in_place(function):
    """Return what applies a function of a vector to every vector."""

    @numba.njit
    def run(y):
        for i in range(y.size // LANES):
            vectors(y)[i] = function(vectors(y)[i])

    return run


RUN = {
    "tanh": with_slope(activations.gelu_tanh),
    "erf": with_slope(activations.gelu_erf),
    "relu": with_slope(activations.rectifier),
    "plain tanh": with_slope(activations.tanh),
}
run_power_of_two = in_place(activations.power_of_two)
run_falling_logistic = in_place(activations.falling_logistic)


def in_vectors(points):
    """Return the points in whole vectors, the last filled up with ones."""
    room = aligned_empty((-(-len(points) // LANES) * LANES,))
    room[:] = 1
    room[: len(points)] = points
    return room


def evaluated(form, points):
    """Return the value and slope of GELU at some points."""
    value = in_vectors(points)
    slope = in_vectors(points)
    RUN[form](value, slope)
    return value[: len(points)], slope[: len(points)]


@all_forms
def test_value_and_slope(form):
    value, slope = evaluated(form, POINTS)
    np.testing.assert_allclose(value, gelu(form, POINTS), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope, gelu_slope(form, POINTS), rtol=1e-12, atol=1e-12)


@forms
def test_near_zero_to_a_few_roundings(form):
    points = np.linspace(-3, 3, 10001)
    value, slope = evaluated(form, points)
    np.testing.assert_allclose(value, gelu(form, points), rtol=4e-15, atol=1e-15)
    np.testing.assert_allclose(slope, gelu_slope(form, points), rtol=4e-15, atol=1e-15)


@all_forms
def test_zero_gives_zero(form):
    """A run of zero weights, with which a block is filled up, predicts zero."""
    assert evaluated(form, np.zeros(1))[0] == 0


@forms
def test_large_arguments_stay_finite(form):
    points = np.array([-1e100, -1e30, -1e4, 1e4, 1e30, 1e100])
    value, slope = evaluated(form, points)
    np.testing.assert_allclose(value, [0, 0, 0, 1e4, 1e30, 1e100], rtol=1e-14)
    np.testing.assert_allclose(slope, [0, 0, 0, 1, 1, 1], rtol=1e-14)


@forms
def test_what_is_not_finite_stays_so(form):
    value, _ = evaluated(form, np.array([np.nan, np.inf, -np.inf]))
    assert not np.isfinite(value[:2]).any()
    assert not np.isfinite(value[2]) or form == "erf"


@all_forms
@pytest.mark.parametrize("length", [1, 7, 8, 9, 1001])
def test_an_entry_does_not_depend_on_its_place(form, length):
    points = np.random.default_rng(0).normal(scale=3, size=length)
    value, slope = evaluated(form, points)
    order = np.random.default_rng(1).permutation(length)
    permuted_value, permuted_slope = evaluated(form, points[order])
    assert_same_bits(permuted_value, value[order])
    assert_same_bits(permuted_slope, slope[order])


def test_where_relu_and_tanh_end():
    value, slope = evaluated("relu", np.array([np.nan, np.inf, -np.inf, -1.0, 0.0, 2.0]))
    assert np.array_equal(value, [np.nan, np.inf, 0, 0, 0, 2], equal_nan=True)
    assert slope.tolist() == [0, 1, 0, 0, 0, 1]
    value, slope = evaluated("plain tanh", np.array([np.nan, 800.0, -800.0]))
    assert np.array_equal(value, [np.nan, 1, -1], equal_nan=True)
    assert slope[1:].tolist() == [0, 0]


def test_power_of_two():
    exponents = np.concatenate([np.linspace(-1021.9, 1023.9, 40001), np.linspace(-1, 1, 2001)])
    power = in_vectors(exponents)
    run_power_of_two(power)
    np.testing.assert_allclose(power[: len(exponents)], np.exp2(exponents), rtol=4e-16)


def test_power_of_two_at_its_ends():
    exponents = np.array([-np.inf, -1e300, -1022.5, -1022, 0, 10, 1024, 1e300, np.inf, np.nan])
    power = in_vectors(exponents)
    run_power_of_two(power)
    expected = [0, 0, 0, 2.0**-1022, 1, 1024, np.inf, np.inf, np.inf, np.inf]
    assert power[: len(exponents)].tolist() == expected


def test_falling_logistic():
    exponents = np.concatenate([np.linspace(-1100, 999.9, 40001), np.linspace(-2, 2, 4001)])
    share = in_vectors(exponents)
    run_falling_logistic(share)
    np.testing.assert_allclose(share[: len(exponents)], 1 / (1 + np.exp2(exponents)), rtol=5e-16)


def test_falling_logistic_at_its_ends():
    exponents = np.array([-np.inf, -1e300, -1022.5, 0, 1, 1024, 1e300, np.inf, np.nan])
    share = in_vectors(exponents)
    run_falling_logistic(share)
    assert share[: len(exponents)].tolist() == [1, 1, 1, 1 / 2, 1 / 3, 0, 0, 0, 0]


def test_falling_logistic_falls_and_does_not_jump():
    """From one number to the next, where the power of two changes and about zero; to rounding."""
    places = np.arange(-60, 60)[:, None] / 2
    exponents = places + np.spacing(np.abs(places)) * np.arange(-20, 21)
    share = in_vectors(exponents.ravel())
    run_falling_logistic(share)
    share = share[: exponents.size].reshape(exponents.shape)
    change = np.diff(share) / share[:, 1:]
    assert (change <= 4e-16).all()
    assert (change >= -4e-16 - np.diff(exponents)).all()


def test_the_polynomials_are_what_they_stand_for():
    f = np.linspace(-0.5, 0.5, 1001)
    np.testing.assert_allclose(np.polyval(activations.POWER[::-1], f), np.exp2(f), rtol=4e-16)
    odd = np.polyval(activations.HALF_ODD[::-1], f**2)
    even = np.polyval(activations.HALF_EVEN[::-1], f**2)
    np.testing.assert_allclose((even + f * odd) / (even - f * odd), np.exp2(f), rtol=4e-16)
    c = activations.TAIL_SCALE
    x = np.concatenate([np.linspace(0, 50, 5001), [100, 1e4, 1e15]])
    tail = np.polyval(activations.TAIL[::-1], (x - c) / (x + c))
    np.testing.assert_allclose(tail, (x + c) / 2 * erfcx(x / np.sqrt(2)), rtol=2e-15)
