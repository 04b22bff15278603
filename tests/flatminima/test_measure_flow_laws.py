import numpy as np
import pandas as pd
import pytest

from flatminima.balance import measure_balance, measure_imbalance
from flatminima.gradient_flow import FlowError, end_of_flow
from flatminima.identities import NetworkSpecification
from flatminima.judge_flow_laws import flow_law_claims
from flatminima.measure_flow_laws import FLOW_LAW_COLUMNS, measure_flow_laws
from flatminima.networks import LinearNetwork

from .cases import data
from .judging import verdicts

SCALES = [0.001, 0.002, 0.004, 0.008, 0.016, 0.4]


def measure(initialisation="one_layer_zero", samples=30, features=3, scales=SCALES, seed=0):
    specification = NetworkSpecification("linear", initialisation, 3, features)
    settings = {"experiment": "e", "study_seed": seed}
    return measure_flow_laws(data(samples, features), "d", specification, scales, 2, **settings)


@pytest.fixture(scope="module")
def table():
    parts = [measure(), measure("gaussian"), measure(samples=3, features=4, scales=SCALES[:5])]
    return pd.concat(parts, ignore_index=True)


def test_the_table(table):
    assert list(table.columns) == list(FLOW_LAW_COLUMNS)
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


def test_all_holds(table):
    claims = verdicts(flow_law_claims(table))
    assert set(claims.values()) == {"holds"}
    assert {"theorem_3", "theorem_3_beyond", "corollary_2_beyond"} <= set(claims)
    inside = table[table["assumption_1"] & table["assumption_2"]]
    assert not [name for name in verdicts(flow_law_claims(inside)) if name.endswith("beyond")]


SMALLEST = SCALES[0]


@pytest.mark.parametrize(
    ("column", "change", "claim"),
    [
        ("outcome", lambda x: "not_converged", "theorem_3"),
        ("outcome", lambda x: "not_converged", "theorem_3_beyond"),
        ("lojasiewicz_constant", lambda x: 0 * x, "theorem_3"),
        ("lojasiewicz_constant", lambda x: np.nan * x, "theorem_3"),
        ("final_sharpness", lambda x: 100 * x, "corollary_2"),
        ("final_sharpness", lambda x: 100 * x, "corollary_2_beyond"),
        ("final_sharpness", lambda x: 1.002 * x, "balanced_limit"),
        ("final_sharpness", lambda x: 0.998 * x, "balanced_limit"),
        ("final_sharpness", lambda x: 0.998 * x, "balanced_limit_beyond"),
        ("final_sharpness", lambda x: 1e6 * x, "layer_norms_bound"),
        ("rest_share", lambda x: x + 1, "lemma_2_rest"),
        ("spread_share", lambda x: x + 1, "lemma_2_spread"),
        ("misalignment_share", lambda x: x + 1, "lemma_2_misalignment"),
        ("davis_kahan_share", lambda x: x + 1, "lemma_2_davis_kahan"),
        ("rest", np.sqrt, "corollary_1_rest"),
        ("spread", np.sqrt, "corollary_1_spread"),
        ("misalignment", np.sqrt, "corollary_1_misalignment"),
        ("lojasiewicz_constant", np.sqrt, "theorem_3_order"),
        ("decay_rate", lambda x: 1.01 * x, "decay_rate"),
        ("decay_rate", lambda x: 0.99 * x, "decay_rate"),
    ],
)
def test_a_wrong_number_is_told(table, column, change, claim):
    wrong = table.assign(**{column: change(table[column])})
    assert verdicts(flow_law_claims(wrong))[claim] == "fails"


def test_the_imbalance_of_another_start_is_told():
    """The lemma is about the start's own imbalance: that of a smaller one is not enough."""
    network = LinearNetwork(data(30, 3), 3)
    initial = 0.1 * np.random.default_rng(0).standard_normal(network.size)
    end = measure_balance(network, end_of_flow(network, initial).parameters)
    assert end.rests.max() > measure_imbalance(network, initial / 10).rest


def test_a_flow_that_fails_has_no_end(monkeypatch):
    def fail(network, initial):
        raise FlowError("no")

    monkeypatch.setattr("flatminima.measure_flow_laws.gradient_flow", fail)
    table = measure()
    assert (table["outcome"] == "not_converged").all()
    assert table["final_sharpness"].isna().all()
    claims = verdicts(flow_law_claims(table))
    assert claims["theorem_3"] == claims["lemma_2_rest"] == "fails"
    assert claims["corollary_1_rest"] == claims["theorem_3_order"] == "undecided"


def test_a_residual_network_is_refused():
    with pytest.raises(ValueError, match="one row"):
        measure("residual")
