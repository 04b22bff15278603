import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima_papers.flat_minima.measurements.flow import Flow
from flatminima_papers.flat_minima.measurements.flow_path import FlowPath
from tests.flatminima.cases import measured


def test_a_path_ends_in_the_row_of_its_flow(dataset):
    keys = ("d",), ("one_layer_zero",), (3,), (0.1,), 1
    path = measured(FlowPath(*keys), {"d": dataset}, 3, "flow")
    row = measured(Flow(*keys), {"d": dataset}, 3, "flow").iloc[0]
    assert {name: str(dtype) for name, dtype in path.dtypes.items()} == typed(FlowPath.columns)
    assert path["solver_step"].tolist() == list(range(row["solver_steps"] + 1))
    assert (path["excess_risk"].diff().dropna() < 0).all()
    assert (path["time"].diff().dropna() > 0).all()
    assert path["deviation"].iloc[0] == 0
    last = path.iloc[-1]
    for column in ("time", "rank_one_rest", "alignment", "norm_spread", "deviation"):
        assert last[column] == row[column]
    assert path["imbalance_change"].max() < 1e-10


def test_the_rate_at_the_end_of_one_dimension(scalar):
    """S = 2L at the balanced end, and the risk falls at twice that."""
    path = measured(
        FlowPath(("d",), ("one_layer_zero",), (2,), (1e-4,), 1, width=(1,)), {"d": scalar}, 1
    )
    assert path["lojasiewicz_ratio"].iloc[-1] == pytest.approx(8, rel=1e-3)


def test_a_residual_network_has_no_width_of_its_own():
    with pytest.raises(Misfit, match="no width with the residual initialisation"):
        FlowPath(("d",), ("residual",), (3,), (0.1,), 1, width=(3,)).check({})
