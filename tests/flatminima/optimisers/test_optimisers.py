"""What holds for the optimisers of every kind."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatminima.core.kinds import Misfit, load, names
from flatminima.datasets import DataSize
from flatminima.networks.linear import Linear
from flatminima.runs.identities import RunIdentity

RUN = RunIdentity("gaussian", "overdetermined", 10, 5, 0.1, 0.35, 3)

kinds = pytest.mark.parametrize("name", names("optimisers"))


SAMPLES = 1_000_000


def fits(kind):
    try:
        return bool(list(kind.settings(SAMPLES)))
    except Misfit:
        return False


def settings_of(name):
    """Return what draws the settings of any optimiser of a kind."""
    kinds = st.builds(load("optimisers", name)).filter(fits)
    return kinds.map(lambda kind: list(kind.settings(SAMPLES)))


@kinds
@settings(max_examples=20)
@given(data=st.data())
def test_a_setting_has_a_value_of_each_of_its_columns(name, data):
    for setting in data.draw(settings_of(name)):
        assert list(setting.row()) == [column.name for column in setting.columns]
        assert list(setting.settings(SAMPLES)) == [setting]
        assert setting.describe()
        assert 0 < setting.samples_of_a_step(SAMPLES) <= SAMPLES
        network = Linear("gaussian", (2,), (3,))
        assert setting.work(network, DataSize(SAMPLES, 5), 8).seconds > 0


@kinds
@settings(max_examples=20)
@given(data=st.data(), number=st.integers(1, 5))
def test_packs_hold_each_setting_once_in_order_and_so_many_at_a_time(name, data, number):
    kind = data.draw(st.builds(load("optimisers", name)).filter(fits))
    packs = [list(pack.settings(SAMPLES)) for pack in kind.packed(SAMPLES, number)]
    wanted = list(kind.settings(SAMPLES))
    assert [setting for pack in packs for setting in pack] == wanted
    expected = -(-len(wanted) // number) if kind.columns else len(wanted)
    assert len(packs) == expected
    assert all(len(pack) <= number for pack in packs)


@kinds
@settings(max_examples=20)
@given(data=st.data())
def test_only_gradient_descent_adds_nothing_to_the_identity_of_a_run(name, data):
    for setting in data.draw(settings_of(name)):
        named = RunIdentity(*RUN.row().values(), optimiser=setting.identity())
        draws = named.generator(0).integers(2**63, size=4)
        same = np.array_equal(draws, RUN.generator(0).integers(2**63, size=4))
        assert same == (setting.identity() == ()) == (name == "gradient_descent")


@kinds
@settings(max_examples=20)
@given(data=st.data())
def test_settings_have_identities_of_their_own(name, data):
    identities = [setting.identity() for setting in data.draw(settings_of(name))]
    assert len(identities) == len(set(identities))
