import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima_papers.bias_free.theory.symmetric_data import circle_inputs
from tests.flatminima_papers.judging import check_measurement

from ..tables import (
    CAPACITY,
    CHAINS,
    COURSES,
    DEEP,
    ENDS,
    EQUIVALENCE,
    FLOOR,
    IMBALANCE,
    MARGINS,
    table,
)

LONGER = [
    (CAPACITY.replaced(repetitions=1), {"repetitions": 40}),
    (FLOOR.replaced(steps=20), {"depth": (2, 3, 4)}),
    (EQUIVALENCE.replaced(steps=5), {"slope": (0.0, 0.3, 0.5)}),
    (COURSES.replaced(time=0.1), {"learning_rate": (0.001,)}),
    (IMBALANCE.replaced(repetitions=2, learning_rate=0.2), {"width": (16, 32)}),
    (ENDS.replaced(steps=(5,)), {"repetitions": 20}),
    (MARGINS.replaced(steps=(5,)), {"repetitions": 20}),
    (CHAINS.replaced(steps=5), {"depth": (2, 3, 4, 5)}),
    (DEEP.replaced(repetitions=2, time=0.1), {"repetitions": 40}),
]


@pytest.mark.parametrize(
    ("measurement", "change"),
    LONGER,
    ids=[one.name() + str(n) for n, (one, _) in enumerate(LONGER)],
)
def test_a_table_has_its_columns_and_is_the_same_again(measurement, change):
    check_measurement(measurement, measurement.replaced(**change))


def test_more_repetitions_and_scales_move_no_old_row():
    few = IMBALANCE.replaced(
        repetitions=3, learning_rate=0.2, init_scale=(1e-3,), start=("random",)
    )
    many = few.replaced(repetitions=40, init_scale=(1e-4, 1e-3))
    old, new = table(few), table(many)
    kept = new[(new["init_scale"] == 1e-3) & (new["repetition"] < 3)].reset_index(drop=True)
    np.testing.assert_allclose(kept["largest_even"], old["largest_even"], rtol=1e-6, atol=1e-15)
    assert kept["mass_ratio"].tolist() == old["mass_ratio"].tolist()


def test_the_floor_of_the_circle_is_the_third_harmonic():
    # cos t is linear, and sin(3t)/2 nearly orthogonal to it on many even points
    odd = table(FLOOR.replaced(data=("odd",), points=400, steps=1))
    assert odd["linear_risk"].iloc[0] == pytest.approx(1 / 8, rel=0.02)
    angles = circle_inputs(5, np.random.default_rng(0))
    assert angles.shape == (10, 2)


def test_each_depth_may_have_a_width_of_its_own():
    both = FLOOR.replaced(data=("odd",), width=(30, 10), steps=20)
    both.check({})
    alone = table(both.replaced(depth=(3,), width=(10,)))
    rows = table(both)
    assert rows[rows["depth"] == 3].reset_index(drop=True).equals(alone)
    with pytest.raises(Misfit, match="width holds 2 numbers"):
        both.replaced(depth=(2, 3, 4)).check({})


def test_both_steps_of_a_deep_run_are_recorded():
    deep = table(DEEP)
    small = deep[deep["init_scale"] == 0.02]
    assert (small.groupby("repetition")["largest_even"].last() > 0.4).any()
    assert (small.groupby("repetition")["risk"].first() > 0.9).all()
    assert (small.groupby("repetition")["risk"].last() < 0.01).all()


def test_a_start_of_pairs_has_no_even_part():
    paired = table(IMBALANCE)
    paired = paired[paired["start"] == "paired"]
    assert paired["largest_even"].max() < 1e-14
    assert paired["mass_ratio"].max() == pytest.approx(1)
