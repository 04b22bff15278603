import numpy as np
import pytest

from flatminima_papers.shallow.measurements.shallow_descent import ShallowDescent
from tests.flatminima.cases import measured


@pytest.fixture(scope="module")
def table():
    return measured(ShallowDescent((1, 4), (1.0,), (0.1, 0.7, 3.0), 2, 400), {})


def test_every_start_at_every_rate(table):
    assert len(table) == 2 * 2 * 3
    assert (table.groupby(["width", "repetition"])["initial_imbalance"].nunique() == 1).all()
    edges = 2 / table["flow_sharpness"] * table["relative_rate"]
    np.testing.assert_allclose(table["learning_rate"], edges, rtol=1e-14)


def test_a_run_that_diverges_has_no_end_but_steps(table):
    diverged = table[table["relative_rate"] == 3]
    assert (diverged["outcome"] == "diverged").all()
    assert diverged[["final_error", "rate", "limit_sharpness", "flattening"]].isna().all(axis=None)
    assert (diverged["error_defect"] > 0).all()


def test_a_run_that_converges_is_timed(table):
    converged = table[table["relative_rate"] == 0.7]
    assert (converged["outcome"] == "converged").all()
    assert converged["steps_to_converge"].between(2, 100).all()
    # from there on the error is small, a step before it is not
    late = np.log(1e-6) / np.log(converged["rate"])
    assert (converged["steps_to_converge"] < late + 30).all()


def test_the_imbalance_falls_by_what_the_path_says(table):
    converged = table[table["outcome"] == "converged"]
    fallen = np.log(converged["initial_imbalance"] / converged["final_imbalance"])
    np.testing.assert_allclose(converged["flattening"], fallen, atol=1e-14)
    np.testing.assert_allclose(converged["path_flattening"], fallen, rtol=1e-9, atol=1e-12)
    slow = converged[converged["relative_rate"] == 0.1]
    np.testing.assert_allclose(slow["small_flattening"], slow["flattening"], rtol=0.1)
    assert (converged["flattening"] > 0).all()


def test_too_few_steps_are_told():
    table = measured(ShallowDescent((2,), (1.0,), (0.01,), 1, 3), {})
    assert table["outcome"].tolist() == ["not_converged"]
    assert table["final_error"].notna().all()
    assert table[["steps_to_converge", "rate", "final_sharpness"]].isna().all(axis=None)
