import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima_papers.flat_minima.measurements.bifurcation import Bifurcation
from tests.flatminima.claims.tables import bifurcations


@pytest.fixture
def table():
    return bifurcations()


def test_the_table(table):
    assert table.dtypes.astype(str).to_dict() == typed(Bifurcation.columns)
    above = table["relative_rate"] > 1
    assert table.loc[above, "steps_to_converge"].isna().all()
    assert table.loc[~above, "squared_amplitude"].isna().all()
    assert (table.loc[above, "squared_amplitude"] > 0).all()
    assert not table.loc[~above, "steps_to_converge"].isna().any()


@pytest.mark.parametrize(
    ("above", "below", "key"), [((0.1,), (), "above"), ((), (0.1, 0.2), "below")]
)
def test_too_few_rates_are_refused(above, below, key):
    with pytest.raises(Misfit) as caught:
        Bifurcation(("d",), ("residual",), (3,), above, below, (0.1,), 4, 2000).check({})
    assert caught.value.key == key
