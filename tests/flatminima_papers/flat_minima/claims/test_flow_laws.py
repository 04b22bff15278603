import numpy as np
import pytest

from tests.flatminima.claims.tables import flow_laws, verdicts


@pytest.fixture
def table():
    return flow_laws()


def test_all_holds(table):
    claims = verdicts("flow_laws", table)
    assert set(claims.values()) == {"holds"}
    assert {"theorem_3", "theorem_3_beyond", "corollary_2_beyond"} <= set(claims)
    inside = table[table["assumption_1"] & table["assumption_2"]]
    assert not [name for name in verdicts("flow_laws", inside) if name.endswith("beyond")]


@pytest.mark.parametrize(
    ("column", "change", "claim"),
    [
        ("outcome", lambda x: "not_converged", "theorem_3"),
        ("outcome", lambda x: "not_converged", "theorem_3_beyond"),
        ("mean_rate", lambda x: 0 * x, "theorem_3_rate"),
        ("mean_rate", lambda x: 0 * x, "theorem_3_rate_beyond"),
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
    assert verdicts("flow_laws", wrong)[claim] == "fails"


def test_flows_that_fail_leave_no_order(table):
    measured = ["rest", "spread", "misalignment", "lojasiewicz_constant", "rest_share"]
    failed = table.assign(outcome="not_converged", **dict.fromkeys(measured, np.nan))
    claims = verdicts("flow_laws", failed)
    assert claims["theorem_3"] == claims["lemma_2_rest"] == "fails"
    assert claims["corollary_1_rest"] == claims["theorem_3_order"] == "undecided"
