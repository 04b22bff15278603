import numpy as np

from flatminima.theory.closed_forms import critical_learning_rate
from flatminima.theory.stochastic_rates import stochastic_critical_learning_rate
from tests.flatminima.cases import data
from tests.flatminima.claims.tables import stochastic_rates


def test_the_table():
    table = stochastic_rates()
    problem = data(30, 4).covariance, data(30, 4).minimum_norm_solution, 3
    assert table["batch_size"].tolist() == [1, 16]
    for row in table.itertuples():
        rate = stochastic_critical_learning_rate(*problem, row.batch_size)
        np.testing.assert_allclose(row.critical_rate, rate, rtol=1e-10)
        np.testing.assert_allclose(row.exact_critical_rate, critical_learning_rate(*problem))
    assert (table["critical_rate"] <= table["rate_bound"]).all()
    assert (table["flattest_rate"] <= table["critical_rate"]).all()
    assert (table["stablest_sharpness"] >= 1).all()
    np.testing.assert_allclose(table["rate_below"] / table["critical_rate"], 0.8)
    np.testing.assert_allclose(table["rate_above"] / table["critical_rate"], 1.2)
