import numpy as np
import pytest

from flatminima.kernels.activations import ACTIVATIONS

from ..references import COMPLEX_STEP, gelu, gelu_slope

forms = pytest.mark.parametrize("form", ["tanh", "erf"])

# Both tails, where the logistic function saturates, and the neighbourhood of zero.
POINTS = np.concatenate(
    [np.linspace(-40, 40, 4001), [0.0, -0.0], *(s * np.logspace(-300, 2, 300) for s in (-1, 1))]
)


def transformed(form, points):
    """Return the value and slope that the pass for training gives."""
    value, slope = points.copy(), np.empty_like(points)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # as in training
        ACTIVATIONS[form]().transform(value, slope)
    return value, slope


@forms
def test_known_values(form):
    value, slope, curvature = ACTIVATIONS[form]().derivatives(np.array([0.0, 1.0, -30.0, 30.0]))
    one = {"tanh": 0.8411919906082768, "erf": 0.8413447460685429}[form]
    assert value == pytest.approx([0, one, 0, 30], abs=1e-15)
    assert slope[[0, 2, 3]] == pytest.approx([0.5, 0, 1], abs=1e-15)
    assert curvature[[0, 2, 3]] == pytest.approx([np.sqrt(2 / np.pi), 0, 0], abs=1e-15)


@forms
def test_derivatives_are_those_of_the_definition(form):
    value, slope, curvature = ACTIVATIONS[form]().derivatives(POINTS)
    ahead = POINTS + 1j * COMPLEX_STEP
    # Where 1 + tanh cancels, in the left tail, only the absolute error can be small.
    np.testing.assert_allclose(value, gelu(form, POINTS), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(slope, gelu(form, ahead).imag / COMPLEX_STEP, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        curvature, gelu_slope(form, ahead).imag / COMPLEX_STEP, rtol=1e-12, atol=1e-12
    )


@forms
def test_the_fast_pass_is_the_function_and_its_slope(form):
    value, slope = transformed(form, POINTS)
    np.testing.assert_allclose(value, gelu(form, POINTS), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(slope, gelu_slope(form, POINTS), rtol=1e-12, atol=1e-12)


@forms
def test_the_fast_pass_stays_finite_for_large_arguments(form):
    points = np.array([-1e100, -1e30, -1e4, 1e4, 1e30, 1e100])
    value, slope = transformed(form, points)
    np.testing.assert_allclose(value, [0, 0, 0, 1e4, 1e30, 1e100], rtol=1e-14)
    np.testing.assert_allclose(slope, [0, 0, 0, 1, 1, 1], rtol=1e-14)


@forms
def test_what_is_not_finite_stays_so(form):
    value, _ = transformed(form, np.array([np.nan, np.inf]))
    assert not np.isfinite(value).any()


@forms
@pytest.mark.parametrize("length", [1, 7, 8, 9, 64, 1001])
def test_an_entry_does_not_depend_on_its_place(form, length):
    # With the erf form only whole cache lines, as in training: its vectors leave no tail then.
    length = length if form == "tanh" else -(-length // 8) * 8
    points = np.random.default_rng(0).normal(scale=3, size=length)
    value, slope = transformed(form, points)
    order = np.random.default_rng(1).permutation(length)
    permuted_value, permuted_slope = transformed(form, points[order])
    assert permuted_value.tobytes() == value[order].tobytes()
    assert permuted_slope.tobytes() == slope[order].tobytes()
