import numpy as np
import pandas as pd
import pytest

from tests.flatminima.claims.tables import flows, judged, verdicts


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


def test_flows_outside_the_assumptions_are_judged_by_themselves(table):
    beyond = {f"corollary_2_beyond_{axis}": "holds" for axis in ("depth", "width")}
    for assumption in ("assumption_1", "assumption_2"):
        outside = table.assign(**{assumption: False})
        claims = judged("flow", outside)
        assert claims["verdict"].to_dict().items() >= beyond.items()
        assert "corollary_2_depth" not in claims.index
        wrong = outside.assign(
            final_sharpness=table["minimal_sharpness"] * table["depth"] ** 0.2 * table["width"]
        )
        assert verdicts("flow", wrong).items() >= dict.fromkeys(beyond, "fails").items()


def test_a_growth_says_of_which_sizes_and_scales_it_is(table):
    other = (
        table[table["initialisation"] == "one_layer_zero"]
        .head(1)
        .assign(init_scale=0.5, experiment="other", depth=64)
    )
    regime = judged("flow", pd.concat([table, other])).loc["corollary_2_depth", "regime"]
    assert regime == "A1 and A2 hold, L = 2 to 4, scale 0.01"


def test_flows_that_fail_are_counted(table):
    some = table.assign(outcome=np.where(table.index == 0, "not_converged", "converged"))
    assert f"{len(table) - 1} of {len(table)}" in judged("flow", some).iloc[0]["regime"]
