"""Flows against closed forms, and the library that the measurement is made of."""

import numpy as np
import pandas as pd
import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima.theory import closed_forms, gradient_flow
from flatminima_papers.flat_minima.measurements.flow import Flow
from tests.flatminima.cases import measured


def flows(scales, repetitions=1, *, initialisation="one_layer_zero", depth=3, width=None):
    return Flow(("d",), (initialisation,), (depth,), scales, repetitions, width)


def test_rows_depend_on_their_identity_alone(dataset):
    many = measured(flows((0.05, 0.2), 2), {"d": dataset}, 3, "flow")
    one = measured(flows((0.2,), 1), {"d": dataset}, 3, "flow")
    assert {name: str(dtype) for name, dtype in many.dtypes.items()} == typed(Flow.columns)
    pd.testing.assert_frame_equal(many.iloc[[2]].reset_index(drop=True), one, check_exact=True)


def test_the_end_is_the_closed_form(dataset):
    row = measured(flows((1e-3,)), {"d": dataset}).iloc[0]
    problem = (dataset.covariance, dataset.minimum_norm_solution, 3)
    assert row["outcome"] == "converged"
    assert row["balanced_sharpness"] == closed_forms.balanced_sharpness(*problem)
    assert row["final_sharpness"] == pytest.approx(row["balanced_sharpness"], rel=1e-4)
    assert row["rank_one_rest"] < 1e-3
    assert row["alignment"] > 1 - 1e-5
    assert row["norm_spread"] == pytest.approx(1, abs=1e-3)
    assert row["imbalance_change"] < 1e-10
    assert row["final_distance"] < 1e-16
    assert row["assumption_1"]
    assert row["assumption_2"]
    assert abs(row["certificate_gap"]) < 1e-12


def test_the_end_in_one_dimension(scalar):
    """S = 2L at the balanced end."""
    row = measured(flows((1e-4,), depth=2, width=(1,)), {"d": scalar}, seed=1).iloc[0]
    assert row["final_sharpness"] == pytest.approx(4, rel=1e-5)


def test_residual_networks_stay_near_their_start(dataset):
    table = measured(flows((0.0, 0.5), 2, initialisation="residual", depth=8), {"d": dataset})
    assert (table["outcome"] == "converged").all()
    assert (table["deviation"] < 10).all()
    assert table["initial_imbalance"].iloc[0] == pytest.approx(0, abs=1e-15)


def test_an_endless_flow_is_not_converged(dataset, monkeypatch):
    whole = gradient_flow.gradient_flow
    monkeypatch.setattr(
        gradient_flow, "gradient_flow", lambda *flow: whole(*flow, largest_number_of_steps=3)
    )
    row = measured(flows((0.1,)), {"d": dataset}).iloc[0]
    assert row["outcome"] == "not_converged"
    assert row["solver_steps"] == 3
    assert np.isnan(row["final_sharpness"])


def test_a_residual_network_has_no_width_of_its_own():
    flows((0.1,), initialisation="residual").check({})
    flows((0.1,), width=(4,)).check({})
    with pytest.raises(Misfit) as caught:
        flows((0.1,), initialisation="residual", width=(4,)).check({})
    assert caught.value.key == "width"
