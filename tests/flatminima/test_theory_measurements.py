"""The measurements of the theory, each against a closed form or the library it is made of."""

import numpy as np
import pandas as pd
import pytest

from flatminima import theory
from flatminima.critical_rate import (
    BRACKET_COLUMNS,
    CONVERGENCE_COLUMNS,
    bracket_critical_rate,
    measure_convergence,
)
from flatminima.datasets import gaussian_dataset
from flatminima.descent_measurements import measure_descents, measure_imbalance_drift
from flatminima.flow_measurements import (
    FLOW_COLUMNS,
    FLOW_PATH_COLUMNS,
    measure_flow_path,
    measure_flows,
)
from flatminima.identities import NetworkSpecification
from flatminima.layer_structure import largest_imbalance_change
from flatminima.minimiser_measurements import measure_minimal_sharpness, measure_rescaling
from flatminima.networks import initialise
from flatminima.prescribed_data import prescribed_dataset
from flatminima.product_measurements import limiting_singular_value, measure_partial_products
from flatminima.runs import build_network
from flatminima.seeding import random_generator
from flatminima.starts import start_of_run, starts_of_runs
from flatminima.statistics import log_log_regression


@pytest.fixture(scope="module")
def dataset():
    return gaussian_dataset(40, 3, 1.0, np.random.default_rng(0))


@pytest.fixture(scope="module")
def scalar():
    """One dimension, Sigma = w* = 1: S_min = 2L, and R = (w - 1)^2."""
    return prescribed_dataset(np.ones(1), np.ones(1), np.random.default_rng(0))


def linear(initialisation="one_layer_zero", depth=3, width=3):
    return NetworkSpecification("linear", initialisation, depth, width)


class TestStarts:
    def test_a_start_is_its_identity(self, dataset):
        specification = linear("gaussian")
        network = build_network(specification, dataset, 7, "e")
        many = starts_of_runs(network, specification, "e", "d", 7, [0.1, 0.2], 3)
        one = start_of_run(network, specification, "e", "d", 0.2, 1, 7)
        np.testing.assert_array_equal(many[:, 4], one)
        others = [
            start_of_run(network, specification, "f", "d", 0.2, 1, 7),
            start_of_run(network, specification, "e", "x", 0.2, 1, 7),
            start_of_run(network, specification, "e", "d", 0.2, 2, 7),
            start_of_run(network, specification, "e", "d", 0.2, 1, 8),
        ]
        assert all((other != one).all() for other in others)


class TestMinimisers:
    @pytest.mark.parametrize("depth", [2, 5, 20])
    def test_one_dimension(self, scalar, depth):
        row = measure_minimal_sharpness(scalar, "scalar", depth, study_seed=0).iloc[0]
        for name in ("lower_bound", "minimal_sharpness", "balanced_sharpness", "built_sharpness"):
            assert row[name] == pytest.approx(2 * depth)
        assert np.isnan(row["searched_sharpness"])
        assert row["condition_number"] == 1

    def test_search_and_construction_meet(self, dataset):
        row = measure_minimal_sharpness(dataset, "d", 3, restarts=2, study_seed=0).iloc[0]
        assert row["searched_sharpness"] == pytest.approx(row["minimal_sharpness"], rel=1e-9)
        assert row["built_sharpness"] == pytest.approx(row["minimal_sharpness"], rel=1e-9)
        assert row["built_distance"] < 1e-25
        assert row["lower_bound"] < row["minimal_sharpness"] < row["balanced_sharpness"]

    def test_rescaling_in_one_dimension(self, scalar):
        """At L = 2 with layers C and 1/C the sharpness is 2 (C^2 + C^-2)."""
        table = measure_rescaling(scalar, "scalar", 2, [1.0, 10.0, 1000.0])
        factor = table["factor"]
        np.testing.assert_allclose(table["sharpness"], 2 * (factor**2 + factor**-2), rtol=1e-9)
        np.testing.assert_allclose(table["layer_norm_bound"], table["sharpness"], rtol=1e-9)


class TestFlows:
    def test_rows_depend_on_their_identity_alone(self, dataset):
        settings = {"experiment": "flow", "study_seed": 3}
        many = measure_flows(dataset, "d", linear(), [0.05, 0.2], 2, **settings)
        one = measure_flows(dataset, "d", linear(), [0.2], 1, **settings)
        assert list(many.columns) == list(FLOW_COLUMNS)
        pd.testing.assert_frame_equal(many.iloc[[2]].reset_index(drop=True), one, check_exact=True)

    def test_the_end_is_the_closed_form(self, dataset):
        row = measure_flows(dataset, "d", linear(), [1e-3], 1, experiment="e", study_seed=0).iloc[0]
        problem = (dataset.covariance, dataset.minimum_norm_solution, 3)
        assert row["outcome"] == "converged"
        assert row["balanced_sharpness"] == theory.balanced_sharpness(*problem)
        assert row["final_sharpness"] == pytest.approx(row["balanced_sharpness"], rel=1e-4)
        assert row["rank_one_rest"] < 1e-3
        assert row["alignment"] > 1 - 1e-5
        assert row["norm_spread"] == pytest.approx(1, abs=1e-3)
        assert row["imbalance_change"] < 1e-10
        assert row["lojasiewicz_ratio"] >= 1
        assert row["risk_rate"] == pytest.approx(row["predicted_risk_rate"], rel=1e-3)
        assert row["final_distance"] < 1e-16

    def test_the_rate_of_one_dimension(self, scalar):
        """S = 2L at the balanced end, and the risk falls at twice that."""
        row = measure_flows(
            scalar, "s", linear(depth=2, width=1), [1e-4], 1, experiment="e", study_seed=1
        ).iloc[0]
        assert row["risk_rate"] == pytest.approx(8, rel=1e-3)
        assert row["final_sharpness"] == pytest.approx(4, rel=1e-5)

    def test_residual_networks_stay_near_their_start(self, dataset):
        specification = linear("residual", 8)
        table = measure_flows(
            dataset, "d", specification, [0.0, 0.5], 2, experiment="e", study_seed=0
        )
        assert (table["outcome"] == "converged").all()
        assert (table["deviation"] < 10).all()
        assert table["initial_imbalance"].iloc[0] == pytest.approx(0, abs=1e-15)

    def test_an_endless_flow_is_not_converged(self, dataset, monkeypatch):
        from flatminima import flow_measurements, gradient_flow

        def short(*arguments):
            return gradient_flow.gradient_flow(*arguments, largest_number_of_steps=3)

        monkeypatch.setattr(flow_measurements, "gradient_flow", short)
        row = measure_flows(dataset, "d", linear(), [0.1], 1, experiment="e", study_seed=0).iloc[0]
        assert row["outcome"] == "not_converged"
        assert row["solver_steps"] == 3
        assert np.isnan(row["final_sharpness"])

    def test_path(self, dataset):
        settings = {"experiment": "flow", "study_seed": 3}
        path = measure_flow_path(dataset, "d", linear(), 0.1, 0, **settings)
        row = measure_flows(dataset, "d", linear(), [0.1], 1, **settings).iloc[0]
        assert list(path.columns) == list(FLOW_PATH_COLUMNS)
        assert (path["excess_risk"].diff().dropna() < 0).all()
        assert (path["time"].diff().dropna() > 0).all()
        assert path["deviation"].iloc[0] == 0
        last = path.iloc[-1]
        for column in ("time", "rank_one_rest", "alignment", "norm_spread", "deviation"):
            assert last[column] == row[column]
        assert path["imbalance_change"].max() < 1e-10


class TestProducts:
    def test_no_noise_is_the_identity(self):
        table = measure_partial_products(4, 3, 0.0, 2, study_seed=0)
        columns = ["smallest_singular_value", "largest_singular_value", "limiting_largest"]
        np.testing.assert_allclose(table[columns], 1)

    def test_extremes_are_over_partial_products(self):
        few = measure_partial_products(1, 3, 0.7, 4, study_seed=2)
        assert (few["largest_singular_value"] >= few["smallest_singular_value"]).all()
        shapes, size = ((3, 3),) * 2, 9
        draws = [
            initialise("residual", shapes, 0.7, random_generator(2, "product", 2, 3, 0.7, draw))
            for draw in range(2)
        ]
        extremes = []
        for draw in draws:
            first, second = draw[:size].reshape(3, 3), draw[size:].reshape(3, 3)
            values = [np.linalg.svd(product)[1] for product in (first, second @ first)]
            extremes.append((np.min(values), np.max(values)))
        table = measure_partial_products(2, 3, 0.7, 2, quantiles=[0.0, 1.0], study_seed=2)
        np.testing.assert_allclose(table["smallest_singular_value"], np.sort(extremes, 0)[:, 0])
        np.testing.assert_allclose(table["largest_singular_value"], np.sort(extremes, 0)[:, 1])

    @pytest.mark.parametrize("scale", [0.25, 1.0])
    def test_wide_and_deep_products_approach_the_limit(self, scale):
        table = measure_partial_products(60, 100, scale, 2, study_seed=0)
        middle = table[table["quantile"] == 0.5].iloc[0]
        limit = limiting_singular_value(scale)
        assert middle["largest_singular_value"] == pytest.approx(limit, rel=0.08)
        assert middle["smallest_singular_value"] == pytest.approx(1 / limit, rel=0.08)

    def test_limit_is_that_of_the_semicircle_at_small_scales(self):
        """To first order W_L ... W_1 = I + s N / sqrt(d), of symmetric part sqrt(2) s wide."""
        assert limiting_singular_value(1e-4) == pytest.approx(1 + np.sqrt(2) * 1e-4, rel=1e-7)


class TestDescents:
    def test_drift_is_the_change_and_of_order_one(self, dataset):
        rates = [0.002, 0.004, 0.008, 0.016]
        table = measure_imbalance_drift(
            dataset, "d", linear(), rates, 0.3, 3, 4.0, experiment="e", study_seed=0
        )
        assert list(table["steps"].unique()) == [2000, 1000, 500, 250]
        order = log_log_regression(
            table["learning_rate"].to_numpy(), table["imbalance_change"].to_numpy()
        ).slope
        assert order == pytest.approx(1, abs=0.05)
        network = build_network(linear(), dataset, 0, "e")
        start = start_of_run(network, linear(), "e", "d", 0.3, 1, 0)
        point = start.copy()
        for _ in range(250):
            kernel = network.kernel(point[:, None].copy())
            kernel.evaluate()
            point -= 0.016 * kernel.gradient[:, 0]
        expected = largest_imbalance_change(network, start, point)
        found = table.query("learning_rate == 0.016 and repetition == 1")["imbalance_change"]
        assert found.item() == pytest.approx(expected, rel=1e-9)

    def test_descent_tends_to_the_flow_and_diverges(self, dataset):
        problem = (dataset.covariance, dataset.minimum_norm_solution, 3)
        critical = theory.critical_learning_rate(*problem)
        table = measure_descents(
            dataset, "d", linear(), [critical / 100, critical / 10, 100 * critical], [0.05, 0.2],
            2, 20_000, experiment="e", study_seed=0,
        )  # fmt: skip
        assert len(table) == 12
        assert (table["outcome"][:8] == "converged").all()
        assert (table["outcome"][8:] == "diverged").all()
        assert table["final_sharpness"][8:].isna().all()
        slow, fast = table["relative_difference"][:4].abs(), table["relative_difference"][4:8].abs()
        assert (slow < 2e-3).all()
        np.testing.assert_allclose(fast.to_numpy() / slow.to_numpy(), 10, rtol=0.2)
        assert table["relative_rate"].iloc[4] == pytest.approx(0.1)
        assert table["init_scale"].tolist() == [0.05, 0.05, 0.2, 0.2] * 3
        assert table["repetition"].tolist() == [0, 1] * 6
        flow = measure_flows(dataset, "d", linear(), [0.2], 2, experiment="e", study_seed=0)
        np.testing.assert_allclose(
            table["flow_sharpness"][2:4], flow["final_sharpness"], rtol=1e-12
        )


class TestCriticalRate:
    def test_measured_rate_meets_the_exact_one(self, dataset):
        paper = theory.paper_critical_learning_rate(
            dataset.covariance, dataset.minimum_norm_solution, 3
        )
        table = measure_convergence(
            dataset, "d", linear("gaussian"), 0.3, 6, [500, 4000],
            lowest=paper / 4, highest=2 * paper, experiment="e", study_seed=0,
        )  # fmt: skip
        assert list(table.columns) == list(CONVERGENCE_COLUMNS)
        assert len(table) == 3 * 8 * 2
        brackets = bracket_critical_rate(dataset, table)
        assert list(brackets.columns) == list(BRACKET_COLUMNS)
        assert brackets["steps"].tolist() == [500, 4000]
        last = brackets.iloc[-1]
        exact = last["exact_critical_rate"]
        assert last["all_converge"] <= last["critical_rate"] <= last["none_converges"]
        assert last["critical_rate"] == pytest.approx(exact, rel=0.04)
        assert table.query("converged > 0")["relative_rate"].max() <= 1
        assert last["paper_critical_rate"] == paper

    def test_bracket_of_a_known_table(self, dataset):
        shares = {0.1: 10, 0.2: 10, 0.3: 9, 0.4: 10, 0.5: 3, 0.6: 0, 0.7: 0}
        table = pd.DataFrame(
            {
                "experiment": "e", "dataset": "d", "initialisation": "residual", "depth": 3,
                "width": 3, "init_scale": 0.25, "round": 0, "learning_rate": list(shares),
                "relative_rate": 1.0, "steps": 100, "runs": 10, "converged": list(shares.values()),
                "diverged": [0, 0, 1, 0, 2, 10, 10],
                "share": [count / 10 for count in shares.values()],
            }
        ).sample(frac=1, random_state=0)  # fmt: skip
        row = bracket_critical_rate(dataset, table).iloc[0]
        assert row["all_converge"] == 0.2
        assert row["none_converges"] == 0.6
        assert row["critical_rate"] == pytest.approx(0.4 + 0.1 * 5 / 7)
        assert row["diverged_below"] == 3
