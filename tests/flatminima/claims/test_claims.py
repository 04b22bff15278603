"""A verdict is that of its worst case, of the cases that it is about."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress
from scipy.stats import t as student

from flatminima.claims import (
    growth_claims,
    judge,
    scales,
    scales_of_bound,
    smallest_scales,
    verdict,
)
from flatminima.kinds import names

from .controls import grid
from .tables import drifts, minimal_sharpnesses, rescalings


def test_the_worst_case_decides():
    row = verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0], tolerance=1e-8)
    assert row["cases"] == 3
    assert row["worst_margin"] == -1e-9
    assert row["holds"]
    assert not verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0])["holds"]


def test_a_margin_that_is_not_a_number_fails():
    assert not verdict("c", "ours", "s", "m", [0.5, np.nan])["holds"]


def test_no_case_is_no_verdict():
    with pytest.raises(ValueError, match="has no case"):
        verdict("c", "ours", "s", "m", [])


# Who is judged


def test_kinds_are_judged_in_the_order_of_their_tables():
    tables = {"rescaling": rescalings(), "drift": drifts(), "flow_path": pd.DataFrame()}
    claims = judge("p", tables, {})["claim"].tolist()
    assert claims == ["layer_norm_bound", "rescaling_is_unbounded", "drift_order"]
    reverse = dict(reversed(tables.items()))  # of a path nothing is claimed
    assert judge("p", reverse, {})["claim"].tolist() == [claims[2], *claims[:2]]


def test_the_paper_is_named_beside_its_claims():
    claims = judge("their paper", {"minimal_sharpness": minimal_sharpnesses()}, {})
    assert set(claims["paper"]) == {"their paper"}


def test_every_kind_that_is_judged_has_its_controls():
    tested = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert {f"test_{name}" for name in names("claims")} <= tested


# Growth

ONE_EXPERIMENT = {"experiment": ["e"], "initialisation": ["gaussian"], "init_scale": [0.1]}


def grown(table, column):
    rows = growth_claims(table.assign(measured=column), "measured", "c", "ours", "it", "all")
    return {row["claim"]: row for row in rows}


def test_growth_is_the_exponent_of_a_power_law():
    table = grid(**ONE_EXPERIMENT, dataset=["d"], depth=[2, 4, 8, 16], width=[3, 6, 12, 24])
    rows = grown(table, 7 * table["depth"] ** 0.3 * table["width"] ** -0.2)
    assert rows["c_depth"]["worst_margin"] == pytest.approx(-0.3)
    assert rows["c_width"]["worst_margin"] == pytest.approx(0.2)
    assert rows["c_depth"]["cases"] == rows["c_width"]["cases"] == 4 * 3
    assert [row["holds"] for row in rows.values()] == [False, True]


def test_only_the_larger_half_counts_for_growth():
    table = grid(**ONE_EXPERIMENT, dataset=["d"], depth=[2, 4, 8, 16], width=[3])
    rows = grown(table, table["depth"].where(table["depth"] == 2, 4.0))
    assert rows["c_depth"]["worst_margin"] == pytest.approx(0, abs=1e-14)
    assert rows["c_depth"]["cases"] == 3


def test_of_three_sizes_no_growth_is_told():
    # their larger half is two, through which every line goes
    table = grid(**ONE_EXPERIMENT, dataset=["d"], depth=[2, 4, 8], width=[3, 6, 12])
    assert grown(table, 1.0) == {}


def test_a_width_may_come_with_its_own_data():
    table = grid(**ONE_EXPERIMENT, depth=[2], width=[3, 6, 12, 24])
    rows = grown(table.assign(dataset=table["width"].astype(str)), table["width"])
    assert rows["c_width"]["worst_margin"] == pytest.approx(-1)
    assert "c_depth" not in rows


def test_networks_that_differ_otherwise_share_an_exponent_and_not_a_level():
    table = grid(**ONE_EXPERIMENT, dataset=["d", "f"], depth=[2, 4, 8, 16], width=[3])
    level = table["dataset"].map({"d": 1.0, "f": 1e6})
    rows = grown(table, level * table["depth"] ** 0.5)
    assert rows["c_depth"]["worst_margin"] == pytest.approx(-0.5)


def test_the_interval_of_an_exponent_is_that_of_least_squares():
    table = grid(**ONE_EXPERIMENT, dataset=["d"], depth=[2, 4, 8, 16, 32, 64, 128], width=[3])
    noisy = table["depth"] ** 0.4 * np.exp(0.1 * np.sin(np.arange(7)))
    line = linregress(np.log(table["depth"][3:]), np.log(noisy[3:]))
    half_width = student.ppf(0.975, 2) * line.stderr
    row = grown(table, noisy)["c_depth"]
    assert row["worst_margin"] == pytest.approx(-line.slope)
    assert f"{line.slope:.3f} +- {half_width:.3f} (95 %)" in row["measured"]


# Scales


def test_the_smallest_scale_is_that_of_each_network():
    table = grid(
        experiment=["e"], dataset=["d"], initialisation=["gaussian"], depth=[2, 3], width=[3],
        init_scale=[0.1, 0.2, 0.3],
    )  # fmt: skip
    table = table[(table["depth"] == 2) | (table["init_scale"] > 0.1)]
    found = smallest_scales(table)
    assert found[["depth", "init_scale"]].to_numpy().tolist() == [[2, 0.1], [3, 0.2]]


def test_scales_are_named_by_their_ends():
    assert scales(pd.DataFrame({"init_scale": [0.3, 0.1, 0.2]})) == "scales 0.1 to 0.3"
    assert scales(pd.DataFrame({"init_scale": [0.25, 0.25]})) == "scale 0.25"


@pytest.mark.parametrize(
    ("ratios", "regime"),
    [
        ([1.0, 1.0, 1.0], "scales 0.1 to 0.3; at all up to 0.3"),
        ([0.5, 1.1, 0.5], "scales 0.1 to 0.3; at all up to 0.1"),
        ([1.1, 0.5, 0.5], "scales 0.1 to 0.3; never"),
    ],
)
def test_a_bound_holds_up_to_the_first_scale_that_breaks_it(ratios, regime):
    table = pd.DataFrame({"init_scale": [0.1, 0.2, 0.3]})
    assert scales_of_bound(table, pd.Series(ratios)) == regime
