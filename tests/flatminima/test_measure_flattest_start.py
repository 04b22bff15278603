import numpy as np
import pandas as pd
import pytest

from flatminima import theory
from flatminima.flattest_start import excess_risk_factors
from flatminima.identities import NetworkSpecification
from flatminima.judge_flattest_start import flattest_start_claims
from flatminima.measure_flattest_start import FLATTEST_START_COLUMNS, measure_flattest_start

from . import references
from .cases import LINEAR, data
from .judging import verdicts

OFFSETS = [3e-4, 1e-2]


def measure(initialisation="gaussian", depth=3, samples=30, features=3, offsets=OFFSETS):
    specification = NetworkSpecification("linear", initialisation, depth, features)
    return measure_flattest_start(
        data(samples, features), "d", specification, offsets, 1e-4, 3, 10000,
        experiment="e", study_seed=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def table():
    cases = [{}, {"depth": 8}, {"initialisation": "residual"}, {"samples": 4, "features": 6}]
    return pd.concat([measure(**case) for case in cases], ignore_index=True)


@pytest.mark.parametrize("name", ["square", "residual", "fewer samples than features"])
def test_the_factor_is_that_of_descent_step_by_step(name):
    network = LINEAR[name]
    settings = (np.array([0.5, 1.2]), 1e-2, 2, 20)
    factors = excess_risk_factors(network, *settings, np.random.default_rng(0))
    assert factors.shape == (2, 2)
    problem = network.dataset.covariance, network.dataset.minimum_norm_solution
    projection = network.projection if name == "residual" else None
    flattest = theory.flattest_minimiser(*problem, network.layer_shapes, projection)
    noise = 1e-2 * np.random.default_rng(0).standard_normal((network.size, 2))
    rate = 1.2 * theory.critical_learning_rate(*problem, network.depth)
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
    assert list(table.columns) == list(FLATTEST_START_COLUMNS)
    relative = table["all_converge"] / table["exact_critical_rate"]
    np.testing.assert_allclose(relative, 1 - 3e-4)
    assert (table["largest_factor_below"] < 1e-3).all()
    assert (table["smallest_factor_above"] > 1).all()


def test_all_holds(table):
    assert set(verdicts(flattest_start_claims(table)).values()) == {"holds"}


@pytest.mark.parametrize(
    ("factor", "claim"),
    [(0.998, "critical_rate_converges_below"), (1.002, "critical_rate_fails_above")],
)
def test_a_bracket_about_another_rate_is_told(monkeypatch, factor, claim):
    right = theory.critical_learning_rate
    monkeypatch.setattr(theory, "critical_learning_rate", lambda *args: right(*args) / factor)
    claims = verdicts(flattest_start_claims(measure()))
    assert claims[claim] == "fails"


def test_where_no_rate_brackets_there_is_no_bracket(monkeypatch):
    right = theory.critical_learning_rate
    monkeypatch.setattr(theory, "critical_learning_rate", lambda *args: right(*args) * 1.5)
    table = measure(offsets=[1e-3])
    assert table["all_converge"].isna().all()
    assert not table["none_converges"].isna().any()
    assert verdicts(flattest_start_claims(table))["critical_rate_converges_below"] == "fails"
