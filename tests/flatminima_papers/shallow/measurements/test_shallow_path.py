import numpy as np

from flatminima_papers.shallow.measurements.shallow_path import ShallowPath
from flatminima_papers.shallow.theory.shallow import Coordinates, advance
from tests.flatminima.cases import measured

SMALL = ShallowPath((3,), (1.0,), (0.05, 0.4), 2, 20)


def test_every_rate_has_the_same_starts_and_every_step_follows_the_recursions():
    """The reference is the recursion of the error, the squared norm and the imbalance."""
    table = measured(SMALL, {})
    starts = table[table["step"] == 0].groupby("repetition")
    assert (starts[["risk", "squared_norm", "imbalance_left"]].nunique() == 1).all(axis=None)
    assert starts["risk"].first().nunique() == 2
    for _, run in table.groupby(["repetition", "relative_rate"]):
        rate, norm = run["learning_rate"].iloc[0], run["squared_norm"].iloc[0]
        error = np.sqrt(2 * run["risk"].iloc[0])
        edge = 2 * run["relative_rate"].iloc[0] / rate  # sqrt(Q^2 + 4) at the start
        signs = []
        for sign in (1, -1):
            point = Coordinates(sign * error, norm, np.sqrt(edge**2 - 4))
            steps = [point := advance(point, rate, 1.0) for _ in range(20)]
            signs.append([one.squared_norm for one in steps])
        misses = [np.abs(run["squared_norm"].to_numpy()[1:] - found).max() for found in signs]
        assert min(misses) < 1e-12


def test_flow_keeps_the_imbalance_and_descent_loses_it_in_proportion_to_its_rate():
    ends = measured(SMALL.replaced(relative_rate=(0.001, 0.002), steps=8000), {})
    ends = ends[ends["step"] == 8000]
    lost = 1 - ends.pivot(index="repetition", columns="relative_rate", values="imbalance_left")
    assert (lost > 0).all(axis=None)
    np.testing.assert_allclose(lost[0.002] / lost[0.001], 2, rtol=0.02)
