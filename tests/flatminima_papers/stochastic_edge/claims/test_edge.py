import numpy as np
import pandas as pd
import pytest

from flatminima_papers.stochastic_edge.measurements.edge import EDGE, Edge
from tests.flatminima.claims.tables import judged

ORDER = ["sharpness_increases_with_batch_size", "sharpness_decreases_with_learning_rate"]
FALLS = "sharpness_falls_where_batch_sharpness_stays"
BOUNDS = {"batch_at_most_mini_batch_sharpness", "mini_batch_sharpness_above_sharpness"}
SHORT = "batch_sharpness_at_edge_where_full_batches_may_not_be"
ALONE = "batch_sharpness_at_edge_without_full_batches"


def runs(batch=1.0, mini=1.4, sharpness=lambda b: 1 - 2 / b):
    """Return runs at the edge whose sharpnesses over 2/eta are these, and full-batch twins."""
    generator = np.random.default_rng(0)
    rows = []
    for rate in (0.05, 0.1):
        for size in (4, 8, 16, 32, 1024):
            for repetition in range(6):
                near = 1 + 0.01 * generator.standard_normal(3)
                full = size == 1024
                edge = 2 / rate
                own = edge * near * (1 if full else np.array([sharpness(size), batch, mini]))
                if full:
                    own[:] = edge * near
                rows.append(
                    {
                        "experiment": "e",
                        "dataset": "d",
                        "batch_size": size,
                        "samples": 1024,
                        "learning_rate": rate,
                        "repetition": repetition,
                        "outcome": EDGE,
                        "relative_risk": 0.01,
                        "two_over_learning_rate": edge,
                        "sharpness": own[0],
                        "batch_sharpness": own[1],
                        "batch_sharpness_error": 0.01 * own[1],
                        "mini_batch_sharpness": own[2],
                        "mini_batch_sharpness_error": 0.01 * own[2],
                        "gap_below": edge - own[0],
                        "gap_above": own[2] - own[0],
                    }
                )
    return pd.DataFrame(rows)


def verdicts(table):
    return judged("edge", table, Edge.reduce(table, {}))["verdict"].to_dict()


def test_batch_sharpness_at_the_edge_and_mini_batch_sharpness_above_it():
    found = verdicts(runs())
    assert found["batch_at_most_mini_batch_sharpness"] == "holds"
    assert found["mini_batch_sharpness_above_sharpness"] == "holds"
    for size in (4, 8, 16, 32):
        assert found[f"batch_sharpness_at_edge_{size}"] == "holds"
        assert found[f"mini_batch_sharpness_at_edge_{size}"] == "fails"
    assert [found[name] for name in (*ORDER, FALLS)] == ["holds"] * 3
    assert found["gap_below_like_one_over_batch_size"] == "holds"


def test_each_fails_where_its_opposite_is_so():
    found = verdicts(runs(batch=0.5, mini=1.0))
    assert found["batch_sharpness_at_edge_8"] == "fails"
    assert found["mini_batch_sharpness_at_edge_8"] == "holds"
    assert verdicts(runs(batch=1.5, mini=1.0))["batch_at_most_mini_batch_sharpness"] == "fails"
    below = verdicts(runs(mini=0.2))
    assert below["mini_batch_sharpness_above_sharpness"] == "fails"
    level = verdicts(runs(sharpness=lambda b: 0.9))
    assert level[FALLS] == "fails"
    assert level["gap_below_like_one_over_batch_size"] == "fails"
    falling = verdicts(runs(sharpness=lambda b: 3 - b / 16))
    assert falling[ORDER[0]] == "fails"
    table = runs()
    table.loc[table["learning_rate"] == 0.1, "sharpness"] *= 4
    assert verdicts(table)[ORDER[1]] == "fails"


def test_without_an_edge_nothing_is_said_of_it():
    table = runs()
    table.loc[table["batch_size"] == 1024, "sharpness"] /= 3
    assert set(verdicts(table)) == BOUNDS | {SHORT}


@pytest.mark.parametrize(("batch", "verdict"), [(1.0, "holds"), (0.6, "fails")])
def test_beyond_the_regime_runs_are_counted_apart(batch, verdict):
    table = runs(batch)
    full = table["batch_size"] == 1024
    assert verdicts(table[~full])[ALONE] == verdict
    table.loc[full & (table["learning_rate"] == 0.1), "sharpness"] *= 0.85
    found = verdicts(table)
    assert found[SHORT] == found["batch_sharpness_at_edge_8"] == verdict
    assert ALONE not in found


@pytest.mark.parametrize(("errors", "verdict"), [(2.9, "holds"), (3.1, "fails")])
def test_a_comparison_allows_three_standard_errors(errors, verdict):
    table = runs()
    mini, error = table["mini_batch_sharpness"], table["mini_batch_sharpness_error"]
    table.loc[0, "gap_above"] = -errors * error[0]
    table.loc[0, "batch_sharpness_error"] = 0.75 * error[0]
    table.loc[0, "batch_sharpness"] = mini[0] + errors * 1.25 * error[0]
    found = verdicts(table)
    assert found["mini_batch_sharpness_above_sharpness"] == verdict
    assert found["batch_at_most_mini_batch_sharpness"] == verdict


@pytest.mark.parametrize(("risk", "verdict"), [(0.95, "holds"), (0.85, "fails")])
def test_a_run_that_has_learnt_nothing_is_no_part_of_the_claim(risk, verdict):
    table = runs()
    table.loc[0, ["relative_risk", "gap_above"]] = risk, -100.0
    assert verdicts(table)["mini_batch_sharpness_above_sharpness"] == verdict


@pytest.mark.parametrize(("batch", "verdict"), [(1.1, "holds"), (1.2, "fails")])
def test_near_the_edge_is_within_fifteen_percent(batch, verdict):
    table = runs(batch)
    assert verdicts(table)["batch_sharpness_at_edge_8"] == verdict
    assert verdicts(table[table["batch_size"] < 1024])[ALONE] == verdict


def test_the_worst_rate_and_the_worst_batch_size_decide():
    table = runs()
    fast, factors = table["learning_rate"] == 0.1, {4: 6.0, 8: 3.3, 16: 2.3, 32: 1.6, 1024: 1.0}
    falling = table["sharpness"] * table["batch_size"].map(factors)  # to 3, 2.5, 2, 1.5, 1
    found = verdicts(table.assign(sharpness=table["sharpness"].where(~fast, falling)))
    assert found[ORDER[0]] == found[FALLS] == "fails"
    small = table["batch_size"] == 4
    faster = table["sharpness"].where(~(fast & small), 4 * table["sharpness"])
    assert verdicts(table.assign(sharpness=faster))[ORDER[1]] == "fails"
    level = table["gap_below"].where(~fast, table["gap_below"] * table["batch_size"] / 8)
    assert verdicts(table.assign(gap_below=level))["gap_below_like_one_over_batch_size"] == "fails"


@pytest.mark.parametrize(("smallest", "judged_at_all"), [(512, False), (256, True)])
def test_a_fall_is_judged_of_batch_sizes_four_times_apart(smallest, judged_at_all):
    table = runs()
    ends = table[table["batch_size"].isin([4, 1024])]
    found = verdicts(ends.assign(batch_size=ends["batch_size"].replace({4: smallest})))
    assert (FALLS in found) == judged_at_all
