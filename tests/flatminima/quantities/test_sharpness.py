import numpy as np
import pytest

from flatminima import sharpness as module
from flatminima.datasets import DataSize
from flatminima.networks.linear import Linear
from flatminima.quantities import NotFiniteError
from flatminima.quantities.sharpness import Sharpness
from flatminima.sharpness import compute_sharpness
from tests.flatminima import references
from tests.flatminima.quantities.states import NETWORKS, overflowing, state_of


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS.keys())
def test_it_is_the_largest_eigenvalue_at_both_ends_and_along(network):
    start, end = state_of(network, 0), state_of(network, 1)
    row = Sharpness().at_ends(start, end)
    for name, state in (("initial_sharpness", start), ("final_sharpness", end)):
        expected = references.sharpness(network, state.weights[:, 0])
        assert row[name] == pytest.approx(expected, rel=1e-9)
    found = compute_sharpness(network, end.weights[:, 0])
    assert Sharpness().along(end) == {
        "sharpness": found.value,
        "sharpness_residual": found.residual,
    }


@pytest.mark.parametrize(("before", "after"), [(1e-9, 2e-9), (2e-9, 1e-9)])
def test_the_residual_is_the_larger_of_the_two(monkeypatch, before, after):
    found = iter([module.SharpnessResult(1.0, before), module.SharpnessResult(1.0, after)])
    monkeypatch.setattr(module, "compute_sharpness", lambda *_: next(found))
    state = state_of(NETWORKS["linear"])
    assert Sharpness().at_ends(state, state)["sharpness_residual"] == 2e-9


def test_an_end_whose_hessian_overflows_is_an_error():
    network = NETWORKS["linear"]
    with (
        np.errstate(over="ignore", invalid="ignore"),  # as where runs are measured
        pytest.raises(NotFiniteError, match="the Hessian overflows"),
    ):
        Sharpness().at_ends(state_of(network), overflowing(network))


def test_a_start_whose_hessian_overflows_has_no_sharpness():
    network = NETWORKS["linear"]
    with np.errstate(over="ignore", invalid="ignore"):
        row = Sharpness().at_ends(overflowing(network), None)
    assert np.isnan(list(row.values())).all()


def test_it_takes_what_the_hessian_of_its_network_takes():
    kind, size = Linear("gaussian", (3,), (5,)), DataSize(50, 5)
    assert Sharpness().work(kind, size) == kind.hessian_cost(size).work
