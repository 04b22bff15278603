import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.theory import closed_forms
from flatminima_papers.flat_minima.measurements.flattest_start import FlattestStart
from flatminima_papers.flat_minima.theory.flattest_start import excess_risk_factors
from tests.flatminima import references
from tests.flatminima.cases import LINEAR
from tests.flatminima.claims.tables import flattest_starts


@pytest.fixture
def table():
    return flattest_starts()


@pytest.mark.parametrize("name", ["square", "residual", "fewer samples than features"])
def test_the_factor_is_that_of_descent_step_by_step(name):
    network = LINEAR[name]
    settings = (np.array([0.5, 1.2]), 1e-2, 2, 20)
    factors = excess_risk_factors(network, *settings, np.random.default_rng(0))
    assert factors.shape == (2, 2)
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution
    projection = network.projection if name == "residual" else None
    flattest = closed_forms.flattest_minimiser(*problem, network.layer_shapes, projection)
    noise = 1e-2 * np.random.default_rng(0).standard_normal((network.size, 2))
    rate = 1.2 * closed_forms.critical_learning_rate(*problem, network.depth)
    start = flattest + noise[:, 1]
    end = references.descend(network, start, rate, 20)[0][-1]
    smallest = references.risk(network, flattest)
    expected = (references.risk(network, end) - smallest) / (
        references.risk(network, start) - smallest
    )
    assert factors[1, 1] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("x", "steps"), [(-0.02, 100), (0.02, 100)])
def test_the_factor_is_the_linear_one_at_first(x, steps):
    """At first and last other directions count, hence the ratio of two numbers of steps."""
    first, later = (
        excess_risk_factors(
            LINEAR["square"], np.array([1 + x]), 1e-6, 3, n, np.random.default_rng(0)
        )
        for n in (steps, steps + 10)
    )
    np.testing.assert_allclose(later / first, (1 + 2 * x) ** 20, rtol=1e-3)


def test_a_run_that_diverges_has_an_infinite_factor():
    factors = excess_risk_factors(
        LINEAR["square"], np.array([50.0]), 0.5, 2, 100, np.random.default_rng(0)
    )
    assert np.isinf(factors).all()


def test_the_table(table):
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == typed(
        FlattestStart.columns
    )
    relative = table["all_converge"] / table["exact_critical_rate"]
    np.testing.assert_allclose(relative, 1 - 3e-4)
    assert (table["largest_factor_below"] < 1e-3).all()
    assert (table["smallest_factor_above"] > 1).all()
