import numpy as np
import pandas as pd
import pytest

from flatminima.claims import (
    CLAIM_COLUMNS,
    critical_rate_claims,
    descent_claims,
    drift_claims,
    flow_claims,
    minimal_sharpness_claims,
    product_claims,
    rescaling_claims,
    verdict,
)
from flatminima.critical_rate import bracket_critical_rate, measure_convergence
from flatminima.datasets import gaussian_dataset
from flatminima.descent_measurements import measure_descents, measure_imbalance_drift
from flatminima.flow_measurements import measure_flows
from flatminima.identities import NetworkSpecification
from flatminima.minimiser_measurements import measure_minimal_sharpness, measure_rescaling
from flatminima.product_measurements import measure_partial_products
from flatminima.theory import critical_learning_rate

SETTINGS = {"experiment": "e", "study_seed": 0}


@pytest.fixture(scope="module")
def dataset():
    return gaussian_dataset(40, 3, 1.0, np.random.default_rng(0))


@pytest.fixture(scope="module")
def flows(dataset):
    return pd.concat(
        [
            measure_flows(
                dataset, "d", NetworkSpecification("linear", kind, depth, 3), scales, 2, **SETTINGS
            )
            for kind, scales in (("one_layer_zero", [0.001, 0.3]), ("residual", [0.25]))
            for depth in (3, 4, 6, 8)
        ],
        ignore_index=True,
    )


def judged(table):
    assert list(table.columns) == list(CLAIM_COLUMNS)
    assert table["claim"].is_unique
    return table.set_index("claim")


def linear(depth=3, initialisation="one_layer_zero"):
    return NetworkSpecification("linear", initialisation, depth, 3)


class TestVerdict:
    def test_the_worst_case_decides(self):
        row = verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0], tolerance=1e-8)
        assert row["cases"] == 3
        assert row["worst_margin"] == -1e-9
        assert row["holds"]
        assert not verdict("c", "ours", "s", "m", [0.5, -1e-9, 2.0])["holds"]

    def test_a_margin_that_is_not_a_number_fails(self):
        assert not verdict("c", "ours", "s", "m", [0.5, np.nan])["holds"]

    def test_no_case_is_no_verdict(self):
        with pytest.raises(ValueError, match="has no case"):
            verdict("c", "ours", "s", "m", [])


def test_minimal_sharpness(dataset):
    table = pd.concat(
        [
            measure_minimal_sharpness(dataset, "d", depth, restarts=restarts, study_seed=0)
            for depth, restarts in ((2, 2), (9, 0))
        ]
    )
    claims = judged(minimal_sharpness_claims(table))
    assert claims["holds"].all()
    assert claims.loc["minimal_sharpness_found", "cases"] == 1
    assert claims.loc["theorem_1", "cases"] == 2
    wrong = table.assign(searched_sharpness=table["searched_sharpness"] * (1 - 1e-6))
    assert not judged(minimal_sharpness_claims(wrong)).loc["minimal_sharpness_not_beaten", "holds"]
    without = judged(minimal_sharpness_claims(table[table["restarts"] == 0]))
    assert "minimal_sharpness_found" not in without.index


def test_rescaling(dataset):
    table = measure_rescaling(dataset, "d", 3, np.geomspace(1, 1e4, 9))
    claims = judged(rescaling_claims(table))
    assert claims["holds"].all()
    linearly = table.assign(sharpness=table["factor"])
    assert not judged(rescaling_claims(linearly))["holds"].any()


def test_flows(flows):
    claims = judged(flow_claims(flows))
    proved = claims.drop(["corollary_2_any_scale", "corollary_3_any_scale"])
    growth = proved.index.str.endswith(("_depth", "_width"))
    assert proved[~growth]["holds"].all(), proved[~proved["holds"]]
    assert set(proved.index[growth]) == {
        "corollary_2_depth", "corollary_3_depth", "corollary_3_over_minimal_depth",
        "theorem_4_deviation_depth",
    }  # fmt: skip
    assert proved.loc["corollary_2_depth", "holds"]
    assert claims.loc["theorem_4_convergence", "cases"] == 8
    assert claims.loc["balanced_limit", "cases"] == 8
    assert "0.001" in claims.loc["balanced_limit", "regime"]


def test_broken_flows_are_told(flows):
    sharper = flows["final_sharpness"].where(flows["init_scale"] < 0.3, 1e6)
    claims = judged(flow_claims(flows.assign(final_sharpness=sharper)))
    assert claims.loc["corollary_2", "holds"]
    assert not claims.loc["corollary_2_any_scale", "holds"]
    assert claims.loc["corollary_2_any_scale", "regime"].endswith("at all up to 0.001")
    failed = flows.assign(outcome=flows["outcome"].where(flows.index != 0, "not_converged"))
    claims = judged(flow_claims(failed))
    assert not claims.loc["theorem_3_convergence", "holds"]
    growing = flows.assign(final_sharpness=flows["final_sharpness"] * flows["depth"])
    assert not judged(flow_claims(growing)).loc["corollary_2_depth", "holds"]


def test_products():
    table = pd.concat(
        [
            measure_partial_products(depth, width, 0.5, 8, study_seed=0)
            for depth in (4, 8, 16, 32)
            for width in (8, 48)
        ]
    )
    claims = judged(product_claims(table))
    assert claims["holds"].all()
    assert set(claims.index) == {
        "lemma_3_largest_depth",
        "lemma_3_smallest_depth",
        "lemma_3_limit",
        "lemma_3_uniform",
    }
    assert claims.loc["lemma_3_largest_depth", "cases"] == 6  # the three deepest, two widths
    assert claims.loc["lemma_3_limit", "cases"] == 1
    wild = table.assign(largest_singular_value=table["largest_singular_value"] * table["depth"])
    row = judged(product_claims(wild)).loc["lemma_3_largest_depth"]
    assert not row["holds"]
    assert row["worst_margin"] == pytest.approx(-1, abs=0.1)


def test_drift(dataset):
    table = measure_imbalance_drift(
        dataset, "d", linear(), [0.002, 0.004, 0.008, 0.032], 0.3, 2, 2.0, **SETTINGS
    )
    assert judged(drift_claims(table)).loc["drift_order", "holds"]
    squared = table.assign(imbalance_change=table["learning_rate"] ** 2)
    assert judged(drift_claims(squared)).loc["drift_order", "worst_margin"] == pytest.approx(-1)


def test_critical_rate(dataset):
    critical = critical_learning_rate(dataset.covariance, dataset.minimum_norm_solution, 3)
    table = measure_convergence(
        dataset, "d", linear(3, "gaussian"), 0.2, 4, [500, 6000],
        lowest=critical / 2, highest=1.4 * critical, **SETTINGS,
    )  # fmt: skip
    brackets = bracket_critical_rate(dataset, table)
    claims = judged(critical_rate_claims(table, brackets))
    assert claims.loc["critical_rate_is_above", "holds"]
    reached = [name for name in claims.index if name.startswith("critical_rate_is_reached")]
    assert len(reached) == 1
    both = pd.concat([brackets, brackets.assign(diverged_below=3)])
    claims = judged(critical_rate_claims(table, both))
    assert claims.loc["critical_rate_is_reached_in_spite_of_divergence", "cases"] == 1
    assert claims.loc["critical_rate_is_reached", "cases"] == 1


def test_descents(dataset):
    critical = critical_learning_rate(dataset.covariance, dataset.minimum_norm_solution, 3)
    table = measure_descents(
        dataset, "d", linear(), [critical / 10, critical / 2], [0.03, 0.1], 2, 5000, **SETTINGS
    )
    claims = judged(descent_claims(table))
    assert claims["holds"].all()
    assert claims.loc["descent_meets_flow_small", "cases"] == 4
    unstable = table.assign(flow_sharpness=np.inf)
    assert set(judged(descent_claims(unstable)).index) == {
        "descent_is_stable", "descent_meets_flow_unstable"
    }  # fmt: skip
