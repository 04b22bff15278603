import pytest

from flatminima.core.kinds import Misfit
from tests.flatminima_papers.judging import check_measurement

from ..tables import (
    BOUND,
    DEPTH,
    IDENTITY,
    RECURSION,
    RESNET,
    RULES,
    TRAINING,
    table,
)

LONGER = [
    (IDENTITY.replaced(steps=3), {"depth": (2, 5, 8)}),
    (BOUND.replaced(repetitions=1), {"repetitions": 30}),
    (DEPTH.replaced(width=(20,), repetitions=2), {"layers": 300}),
    (RESNET.replaced(width=(20,), repetitions=2), {"depth": (10, 20, 40, 80)}),
    (RULES.replaced(width=20), {"repetitions": 100}),
    (TRAINING.replaced(steps=5), {"noise": (0.0, 0.5, 1.0)}),
]


@pytest.mark.parametrize(("measurement", "change"), LONGER, ids=[one.name() for one, _ in LONGER])
def test_a_table_has_its_columns_and_is_the_same_again(measurement, change):
    check_measurement(measurement, measurement.replaced(**change))


def test_the_recursion_depends_on_no_seed():
    assert len(table(RECURSION)) == 6
    more = RECURSION.replaced(depth=(400,))
    assert more.work({}).seconds > RECURSION.work({}).seconds


def test_a_branch_scale_above_one_is_refused():
    with pytest.raises(Misfit, match="factor is 5"):
        RESNET.replaced(factor=(5.0,)).check({})
    with pytest.raises(Misfit, match="factor is 20"):
        RECURSION.replaced(factor=(20.0,)).check({})
    RESNET.check({})
    RECURSION.check({})


def test_a_perceptron_is_the_residual_network_without_a_skip():
    perceptron = table(RESNET.replaced(power=("zero",), factor=(1.0,), width=(50,)))
    assert (perceptron["exact"] - perceptron["naive"]).abs().max() < 1e-12


def test_training_goes_on_until_the_share_is_left():
    training = table(TRAINING)
    ends = training.groupby(["init_scale", "noise"])["excess_share"].last()
    assert ends.max() <= 1e-4
    assert training.groupby(["init_scale", "noise"])["excess_share"].first().min() == 1
    shares = training[training["layer"] == 1].groupby(["init_scale", "noise"])["step"]
    assert shares.apply(lambda steps: steps.is_unique).all()
