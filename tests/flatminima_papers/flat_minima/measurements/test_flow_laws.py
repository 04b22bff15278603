import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory import gradient_flow
from flatminima.theory.gradient_flow import FlowError, end_of_flow
from flatminima_papers.flat_minima.measurements.flow_laws import FlowLaws
from flatminima_papers.flat_minima.theory.balance import measure_balance, measure_imbalance
from tests.flatminima.cases import data, measured
from tests.flatminima.claims.tables import flow_laws


@pytest.fixture
def table():
    return flow_laws()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(FlowLaws.columns)
    assert (table["outcome"] == "converged").all()
    zero = table["initialisation"] == "one_layer_zero"
    assert table.loc[zero, "assumption_1"].all()
    assert not table.loc[24:, "assumption_2"].any()
    ratio = table["imbalance"] / table["init_scale"] ** 2
    draws = table["initialisation"] + table["assumption_2"].astype(str)
    for _, group in ratio.groupby([draws, table["repetition"]]):
        np.testing.assert_allclose(group, group.iloc[0], rtol=1e-9)  # one draw, scaled
    assert (table["lojasiewicz_constant"] >= table["first_layer_constant"]).all()


def test_the_constant_of_theorem_3_is_the_rate_or_below_it(table):
    """An inequality along the path has to allow the rate at its end."""
    assert (table["lojasiewicz_constant"] <= table["decay_rate"] * (1 + 1e-3)).all()


def test_the_imbalance_of_another_start_is_told():
    """The lemma is about the start's own imbalance: that of a smaller one is not enough."""
    network = LinearNetwork(data(30, 3), 3)
    initial = 0.1 * np.random.default_rng(0).standard_normal(network.size)
    end = measure_balance(network, end_of_flow(network, initial).parameters)
    assert end.rests.max() > measure_imbalance(network, initial / 10).rest


def fail(*args, **accuracy):
    raise FlowError("no")


def test_a_flow_that_fails_has_no_end(monkeypatch):
    monkeypatch.setattr(gradient_flow, "gradient_flow", fail)
    table = measured(FlowLaws(("d",), ("one_layer_zero",), (3,), (0.1,), 2), {"d": data(30, 3)})
    assert (table["outcome"] == "not_converged").all()
    assert table["final_sharpness"].isna().all()
