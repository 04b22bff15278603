"""What the tables of the paper's measurements hold."""

import numpy as np
import pytest

from flatminima.core.columns import typed
from tests.flatminima.cases import measured

from ..tables import SMALL, table


@pytest.mark.parametrize("kind", SMALL)
def test_tables_have_their_columns(kind):
    found = table(kind)
    assert typed(SMALL[kind][0].columns) == {
        name: str(dtype) for name, dtype in found.dtypes.items()
    }
    assert SMALL[kind][0].work({}).seconds > 0
    assert SMALL[kind][0].work({}).numbers > 0


@pytest.mark.parametrize(
    ("kind", "fewer", "keys"),
    [
        ("decay_identity", {"problems": 1, "depth": (3,)}, ["problem", "depth", "dose"]),
        ("decay_position", {"depth": (3,), "dose": (2.0,)}, ["problem", "depth", "dose"]),
        ("decay_range", {"problems": 1}, ["problem", "dose"]),
        ("decay_lasso", {"problems": 1, "decay": (0.3,)}, ["problem", "decay"]),
        ("decay_switch", {"noise": (0.5,), "decay": (0.1,)},
         ["noise", "problem", "strategy", "dose", "decay"]),
    ],
)  # fmt: skip
def test_a_case_does_not_depend_on_the_others(kind, fewer, keys):
    """Bit for bit."""
    alone = measured(SMALL[kind][0].replaced(**fewer), {})
    both = alone.merge(table(kind), on=keys, suffixes=("", "_of_all"))
    assert len(both) == len(alone)
    for column in set(alone.columns) - set(keys):
        np.testing.assert_array_equal(both[column], both[f"{column}_of_all"])


def test_paths_begin_at_the_start_and_schedules_share_it():
    found = table("decay_path")
    starts = found[found["time"] == 0].groupby(["network", "coordinate"])["weight"]
    assert (starts.nunique() == 1).all()
    diagonal = found[(found["network"] == "diagonal") & (found["time"] == found["time"].max())]
    np.testing.assert_allclose(diagonal["weight"], diagonal["limit"], atol=0.05)


def test_without_a_dose_there_is_nothing_to_compare():
    """A dose of zero is the flow without decay."""
    found = table("decay_dose")
    none = found[found["dose"] == 0]
    np.testing.assert_allclose(none["norm_ratio"], none["start_norm_ratio"], rtol=1e-6)


def test_what_does_not_apply_is_missing():
    found = table("decay_switch")
    off = found["strategy"] == "off"
    assert found.loc[off, "decay"].isna().all()
    assert found.loc[~off, "dose"].isna().all()
    assert found["error"].notna().all()
