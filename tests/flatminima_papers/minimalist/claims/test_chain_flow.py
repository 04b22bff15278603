import numpy as np
import pytest

from tests.flatminima.claims.tables import chain_flows, judged, verdicts

KIND = "chain_flow"


@pytest.fixture
def table():
    return chain_flows()


def test_all_claims_hold(table):
    found = verdicts(KIND, table)
    assert set(found.values()) == {"holds"}
    assert len(found) == 6


@pytest.mark.parametrize(
    ("claim", "column", "change"),
    [
        ("minimalist_bounds", "upper_bound", lambda x: x / 2),
        ("minimalist_bounds", "lower_bound", lambda x: x * 3),
        ("minimalist_flow_bounds", "final_sharpness", lambda x: x / 4),
        ("minimalist_flow_end", "final_sharpness", lambda x: x * 1.01),
        ("minimalist_flow_end", "balanced_sharpness", lambda x: x.mean()),
        ("minimalist_conserved", "balance_change", lambda x: x + 1e-6),
        ("minimalist_progressive_sharpening", "initial_sharpness", lambda x: x * 1e9),
        ("minimalist_prediction", "predicted_sharpness", lambda x: 1 / x),
    ],
)
def test_a_wrong_number_is_told(table, claim, column, change):
    found = verdicts(KIND, table.assign(**{column: change(table[column])}))
    assert found[claim] == "fails"


def test_of_a_large_start_only_the_conservation_is_claimed(table):
    """The flow from a large start ends elsewhere, which the claims on small ones leave out."""
    large = verdicts(KIND, table[table["init_scale"] == 0.3])
    assert large["minimalist_flow_end"] == "fails"
    assert large["minimalist_conserved"] == "holds"


def test_of_three_data_sets_no_correlation_is_told(table):
    few = table[table["dataset"].isin(["q1", "q10", "q100"])]
    assert verdicts(KIND, few)["minimalist_prediction"] == "undecided"


@pytest.mark.parametrize(("size", "verdict"), [(0.9, "holds"), (1.1, "fails")])
def test_the_tolerances_are_those_that_are_stated(table, size, verdict):
    for sign in (-1, 1):
        end = table["balanced_sharpness"] * (1 + sign * size * 1e-3)
        wrong = table.assign(final_sharpness=end, balance_change=size * 1e-9)
        found = verdicts(KIND, wrong)
        assert found["minimalist_flow_end"] == found["minimalist_conserved"] == verdict


def test_the_depth_at_which_the_prediction_is_worst_decides(table):
    """At depth 4 each prediction here is that of another row."""
    small = table[table["init_scale"] == 0.001]
    others = np.roll(small["predicted_sharpness"], 1)
    small = small.assign(
        predicted_sharpness=small["predicted_sharpness"].where(small["depth"] == 2, others)
    )
    correlations = [
        np.corrcoef(*np.log(group[["predicted_sharpness", "final_sharpness"]].to_numpy()).T)[0, 1]
        for _, group in small.groupby("depth")
    ]
    assert len(correlations) == 2
    margin = judged(KIND, small).loc["minimalist_prediction", "margin"]
    assert margin == pytest.approx(min(correlations) - 0.9)
