import numpy as np

from flatminima_papers.diagonal.theory.signs import best_of_signs


def test_no_other_point_of_these_signs_is_better():
    generator = np.random.default_rng(0)
    inputs, targets = generator.standard_normal((9, 5)), generator.standard_normal(9)
    signs = generator.choice([-1.0, 1.0], 5)
    best = best_of_signs(inputs, targets, signs)
    assert np.all(signs * best >= 0)
    others = signs * np.abs(best + 0.3 * generator.standard_normal((2000, 5)))
    risks = np.mean((others @ inputs.T - targets) ** 2, axis=1)
    assert np.all(risks >= np.mean((inputs @ best - targets) ** 2))
