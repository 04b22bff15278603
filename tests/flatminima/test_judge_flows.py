import numpy as np
import pandas as pd
import pytest

from flatminima.flow_measurements import measure_flows
from flatminima.identities import NetworkSpecification
from flatminima.judge_flows import flow_claims

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    networks = [("gaussian", depth, 3) for depth in (2, 3, 4)]
    networks += [("gaussian", 3, width) for width in (4, 6)]
    networks += [("residual", 3, 3)]
    return pd.concat(
        [
            measure_flows(
                data(30, 3), "d", NetworkSpecification("linear", kind, depth, width), [0.01], 2,
                experiment="e", study_seed=0,
            )
            for kind, depth, width in networks
        ],
        ignore_index=True,
    )  # fmt: skip


def test_all_holds(table):
    assert verdicts(flow_claims(table)) == dict.fromkeys(
        ["lemma_1", "flow_ends_above_minimal_sharpness", "corollary_2_depth", "corollary_2_width"],
        "holds",
    )


def test_without_three_sizes_there_is_no_growth_to_judge(table):
    claims = verdicts(flow_claims(table[table["depth"] == 3].query("width < 6")))
    assert set(claims) == {"lemma_1", "flow_ends_above_minimal_sharpness"}


@pytest.mark.parametrize(
    ("wrong", "claim", "verdict"),
    [
        (lambda t: {"imbalance_change": 1e-6}, "lemma_1", "fails"),
        (
            lambda t: {"final_sharpness": 0.999 * t["minimal_sharpness"]},
            "flow_ends_above_minimal_sharpness", "fails",
        ),
        (
            lambda t: {"final_sharpness": t["minimal_sharpness"] * t["depth"] ** 0.2},
            "corollary_2_depth", "fails",
        ),
        (
            lambda t: {"final_sharpness": t["minimal_sharpness"] * t["width"] ** 0.2},
            "corollary_2_width", "fails",
        ),
        (
            lambda t: {"final_sharpness": t["minimal_sharpness"] * (1 + t.index % 2)},
            "corollary_2_depth", "undecided",
        ),
    ],
)  # fmt: skip
def test_a_wrong_number_is_told(table, wrong, claim, verdict):
    assert verdicts(flow_claims(table.assign(**wrong(table))))[claim] == verdict


def test_flows_that_fail_are_counted(table):
    some = table.assign(outcome=np.where(table.index == 0, "not_converged", "converged"))
    assert f"{len(table) - 1} of {len(table)}" in flow_claims(some).iloc[0]["regime"]
