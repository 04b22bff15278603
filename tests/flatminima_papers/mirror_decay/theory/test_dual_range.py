import numpy as np

from flatminima.theory.diagonal_problems import draw_problem
from flatminima_papers.mirror_decay.theory.dual_range import (
    flow_until_the_range_is_left,
    latest_dose,
)


def test_the_dual_variable_stays_in_its_interval_until_there_is_none():
    data = draw_problem(5, 8, np.random.default_rng(0)).data
    generator = np.random.default_rng(10)
    u, v = 0.5 + generator.random(8), 0.5 + generator.random(8)
    path = flow_until_the_range_is_left(data.inputs, data.targets, u, v, 0.05)
    assert path.broke
    assert path.identity < 1e-7
    dose = path.dose[:, None]
    assert np.all(dose - u**2 / 2 <= path.dual + 1e-8)
    assert np.all(path.dual <= v**2 / 2 - dose + 1e-8)
    assert path.dose[-1] <= latest_dose(u, v)
