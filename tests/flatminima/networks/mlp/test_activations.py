import numpy as np
import pytest

from flatminima.networks.mlp.activations import activation_named
from tests.flatminima.references import COMPLEX_STEP, gelu, gelu_slope

forms = pytest.mark.parametrize("form", ["tanh", "erf"])

# Both tails, where the logistic function saturates, and the neighbourhood of zero.
POINTS = np.concatenate(
    [np.linspace(-40, 40, 4001), [0.0, -0.0], *(s * np.logspace(-300, 2, 300) for s in (-1, 1))]
)


@forms
def test_known_values(form):
    value, slope, curvature = activation_named("gelu", form).derivatives(
        np.array([0.0, 1.0, -30.0, 30.0])
    )
    one = {"tanh": 0.8411919906082768, "erf": 0.8413447460685429}[form]
    assert value == pytest.approx([0, one, 0, 30], abs=1e-15)
    assert slope[[0, 2, 3]] == pytest.approx([0.5, 0, 1], abs=1e-15)
    assert curvature[[0, 2, 3]] == pytest.approx([np.sqrt(2 / np.pi), 0, 0], abs=1e-15)


@forms
def test_derivatives_are_those_of_the_definition(form):
    value, slope, curvature = activation_named("gelu", form).derivatives(POINTS)
    ahead = POINTS + 1j * COMPLEX_STEP
    # Where 1 + tanh cancels, in the left tail, only the absolute error can be small.
    np.testing.assert_allclose(value, gelu(form, POINTS), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(slope, gelu(form, ahead).imag / COMPLEX_STEP, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(
        curvature, gelu_slope(form, ahead).imag / COMPLEX_STEP, rtol=1e-12, atol=1e-12
    )
