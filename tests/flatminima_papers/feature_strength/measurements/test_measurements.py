import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.datasets import DataSize
from flatminima_papers.feature_strength.measurements import bracket
from tests.flatminima.cases import measured

from ..tables import (
    BATCHES,
    CATAPULT,
    CLOSURE,
    CRITICAL,
    CURVES,
    DATASETS,
    IDENTITIES,
    PERCEPTRONS,
    PLANE,
    SHARPNESS,
    table,
)

SIZES = {name: DataSize(data.samples, data.features) for name, data in DATASETS.items()}
SHORT = [
    (IDENTITIES.replaced(steps=3), {"depth": (2, 3)}),
    (SHARPNESS.replaced(strength=(1.0,), steps=200), {"repetitions": 5}),
    (CRITICAL.replaced(strength=(1.0,), steps=50), {"repetitions": 5}),
    (PLANE.replaced(strength=(1.0,), steps=20), {"steps": 2000}),
    (CATAPULT.replaced(steps=5), {"repetitions": 5}),
    (PERCEPTRONS.replaced(strength=(1.0,), steps=5), {"depth": (2, 3)}),
    (BATCHES.replaced(strength=(10.0,), steps=5), {"batch_size": (1, 2, 10)}),
    (CURVES.replaced(strength=(10.0,), steps=400), {"depth": (2, 3, 4)}),
    (CLOSURE.replaced(relative_strength=(1.0,), budget=(20,)), {"budget": (20, 40)}),
]


@pytest.mark.parametrize(
    ("measurement", "change"), SHORT, ids=[one.name() + str(n) for n, (one, _) in enumerate(SHORT)]
)
def test_a_table_has_its_columns_and_is_the_same_again(measurement, change):
    made = measured(measurement, DATASETS)
    assert {name: str(dtype) for name, dtype in made.dtypes.items()} == typed(measurement.columns)
    assert len(made) > 0
    assert made.equals(measured(measurement, DATASETS, name="another"))
    assert not made.equals(measured(measurement, DATASETS, seed=1))
    work, more = measurement.work(SIZES), measurement.replaced(**change).work(SIZES)
    assert 0 < work.seconds < more.seconds
    assert work.numbers > 0


def test_a_case_does_not_depend_on_others():
    few = table(CATAPULT.replaced(strength=(1e-3,), curvature=(2.5, 3.0), repetitions=1))
    many = table(CATAPULT)
    old = many[(many["strength"] == 1e-3) & many["curvature"].isin([2.5, 3.0])]
    old = old[old["repetition"] == 0].reset_index(drop=True)
    assert old.equals(few)


@pytest.mark.parametrize(
    ("passes", "expected"),
    [
        ([1, 1, 0, 0], (2.0, 3.0)),
        ([0, 1, 1, 0], (3.0, 4.0)),
        ([1, 0, 1, 1], (1.0, 2.0)),
        ([1, 1, 1, 1], (4.0, 4.0)),
        ([0, 0, 0, 0], (np.nan, np.nan)),
    ],
)
def test_a_bracket_is_of_the_first_rates_that_pass(passes, expected):
    found = bracket(np.array([1.0, 2.0, 3.0, 4.0]), np.array(passes, bool))
    np.testing.assert_equal(found, expected)


def test_the_plane_has_every_outcome():
    assert set(table(PLANE)["outcome"]) == {
        "1_plateau", "2_learned", "3_converged", "4_unstable"
    }  # fmt: skip
    two = table(PLANE.replaced(depth=2, strength=(1.0,)))
    assert two["budget_edge"].isna().all()


def test_curves_cross_one_half_at_shift_zero():
    curves = table(CURVES)
    at_zero = curves[curves["shift"] == 0]
    assert (at_zero["risk_share"] - 0.5).abs().max() < 0.01
    assert (at_zero["stretched_share"] - at_zero["risk_share"]).abs().max() < 1e-9
    first = curves[curves["strength"] == 1e3]
    np.testing.assert_allclose(first["stretched_share"], first["risk_share"], atol=1e-12)
