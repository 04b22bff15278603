import numpy as np
import pytest

from .tables import flows, judged, verdicts


@pytest.fixture
def table():
    return flows()


def test_all_holds(table):
    assert verdicts("flow", table) == dict.fromkeys(
        ["lemma_1", "flow_ends_above_minimal_sharpness", "corollary_2_depth", "corollary_2_width"],
        "holds",
    )


def test_without_three_sizes_there_is_no_growth_to_judge(table):
    claims = verdicts("flow", table[table["depth"] == 3].query("width < 6"))
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
    assert verdicts("flow", table.assign(**wrong(table)))[claim] == verdict


def test_flows_that_fail_are_counted(table):
    some = table.assign(outcome=np.where(table.index == 0, "not_converged", "converged"))
    assert f"{len(table) - 1} of {len(table)}" in judged("flow", some).iloc[0]["regime"]
