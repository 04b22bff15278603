import numpy as np
import pytest

from flatminima.theory.starts import (
    NetworkSpecification,
    build_network,
    start_of_run,
    starts_of_runs,
)
from tests.flatminima.cases import data


def test_a_start_is_its_identity():
    specification = NetworkSpecification("gaussian", 3, 3)
    network = build_network(specification, data(40, 3), 7, "e")
    many = starts_of_runs(network, specification, "e", "d", 7, [0.1, 0.2], 3)
    one = start_of_run(network, specification, "e", "d", 0.2, 1, 7)
    np.testing.assert_array_equal(many[:, 4], one)
    others = [
        start_of_run(network, specification, "f", "d", 0.2, 1, 7),
        start_of_run(network, specification, "e", "x", 0.2, 1, 7),
        start_of_run(network, specification, "e", "d", 0.2, 2, 7),
        start_of_run(network, specification, "e", "d", 0.2, 1, 8),
    ]
    assert all((other != one).all() for other in others)


def test_a_projection_belongs_to_seed_experiment_and_depth():
    def projection(seed=7, experiment="e", depth=3):
        specification = NetworkSpecification("residual", depth, 3)
        return build_network(specification, data(40, 3), seed, experiment).projection

    assert np.linalg.norm(projection()) == pytest.approx(1, rel=1e-15)
    assert np.array_equal(projection(), projection())
    for other in (projection(seed=1), projection(experiment="f"), projection(depth=4)):
        assert not np.array_equal(projection(), other)
