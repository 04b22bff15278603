"""What the tables of the paper's measurements hold."""

from dataclasses import fields

import numpy as np
import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima_papers.diagonal.measurements.diagonal_depth import DiagonalDepth
from flatminima_papers.diagonal.measurements.diagonal_sharpness import DiagonalSharpness
from tests.flatminima.cases import measured

from ..tables import SMALL, table


@pytest.mark.parametrize("kind", SMALL)
def test_tables_have_their_columns_and_sizes(kind):
    found = table(kind)
    assert typed(SMALL[kind][0].columns) == {
        name: str(dtype) for name, dtype in found.dtypes.items()
    }
    axes = ("problems", "repetitions", "depth", "start", "scale", "relative_rate", "imbalance")
    if kind != "diagonal_gain":  # a row a coordinate
        cases = 0
        for one in SMALL[kind]:
            lengths = [getattr(one, field.name) for field in fields(one) if field.name in axes]
            cases += np.prod([len(x) if isinstance(x, tuple) else x for x in lengths], dtype=int)
        assert len(found) == cases
    for one in SMALL[kind]:
        assert one.work({}).seconds > 0
        assert one.work({}).numbers > 0


@pytest.mark.parametrize(
    ("kind", "fewer"),
    [
        ("diagonal_limit", {"depth": (3,), "scale": (2.0,), "start": ("random",)}),
        ("diagonal_scales", {"problems": 1, "depth": (3,), "scale": (0.003,)}),
        ("diagonal_rate", {"problems": 1, "depth": (3,)}),
        ("diagonal_signs", {"problems": 1, "imbalance": (0.01,)}),
        ("diagonal_critical", {"depth": (3,), "relative_rate": (0.7,), "repetitions": 2}),
        ("diagonal_descent", {"problems": 1, "relative_rate": (0.5, 0.9)}),
    ],
)
def test_a_case_does_not_depend_on_the_others(kind, fewer):
    """Bit for bit."""
    alone = measured(SMALL[kind][0].replaced(**fewer), {})
    keys = [name for name in ("problem", "repetition", "depth", "scale", "start", "relative_rate",
                              "imbalance") if name in alone.columns]  # fmt: skip
    both = alone.merge(table(kind), on=keys, suffixes=("", "_of_all"))
    assert len(both) == len(alone)
    for column in set(alone.columns) - set(keys):
        np.testing.assert_array_equal(both[column], both[f"{column}_of_all"])


def test_another_seed_and_another_name_draw_other_problems():
    one = SMALL["diagonal_shape"][0].replaced(problems=1, depth=(2,), scale=(1.0,))
    ends = {measured(one, {}, seed, name)["distance_l1"][0] for name, seed in
            (("e", 0), ("e", 1), ("f", 0))}  # fmt: skip
    assert len(ends) == 3


def test_descent_that_steps_too_far_has_no_exact_limit():
    found = table("diagonal_descent")
    far = found["largest_step"] >= 1
    assert far.any()
    assert found.loc[far, "limit_defect"].isna().all()
    near = found["converged"] & ~far
    assert found.loc[near, ["limit_defect", "prediction_error"]].notna().all(axis=None)


def test_orthogonal_features_need_as_many_samples():
    wide = DiagonalSharpness(3, 5, 1, (2,), (1.0,), 1, orthogonal=True)
    with pytest.raises(Misfit, match="fewer than the 5 features"):
        wide.check({})


def test_times_are_compared_with_those_of_two_layers():
    with pytest.raises(Misfit, match="has no 2"):
        DiagonalDepth(3, 5, 1, (3, 4), (1.0,)).check({})
