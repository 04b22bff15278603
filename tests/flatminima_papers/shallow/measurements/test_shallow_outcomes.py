import numpy as np

from flatminima_papers.shallow.measurements.shallow_outcomes import ShallowOutcomes
from tests.flatminima.cases import measured


def test_the_table_is_a_grid_with_its_edges():
    table = measured(ShallowOutcomes((0.2, 0.5, 1.1), (0.5, 12.0), 500), {})
    assert table["outcome"].tolist() == [
        "converged", "converged", "converged", "diverged", "bounded", "diverged"
    ]  # fmt: skip
    assert (table["final_sharpness"].notna() == (table["outcome"] == "converged")).all()
    np.testing.assert_allclose(table["flow_edge"], 2 / np.hypot(table["imbalance"], 2))
    assert (table["minimal_edge"] == 1).all()
