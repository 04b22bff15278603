import numpy as np
import pytest

from flatminima.core.kinds import Misfit
from flatminima.datasets import DataSize
from flatminima.datasets.digits import TABLE, Digits, digits_table


def drawn(**keys):
    return Digits(**keys).draw(np.random.default_rng(0))


def test_pixels_are_centred_and_of_standard_deviation_one():
    pixels, digits = digits_table()
    assert pixels.shape == (1797, 64)
    assert np.abs(pixels.mean(axis=0)).max() < 1e-12
    assert pixels.std() == pytest.approx(1)
    assert np.bincount(digits).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_table_stands_beside_its_licence():
    text = (TABLE.parent / "licence.txt").read_text()
    assert text.startswith("BSD 3-Clause License")


def test_some_are_drawn_and_the_others_are_the_test_set():
    data = drawn(samples=300, target="value")
    assert Digits(300, "value").size() == DataSize(300, 64)
    assert data.inputs.shape == (300, 64)
    assert data.test_inputs.shape == (1497, 64)
    pixels, digits = digits_table()
    together = np.concatenate([data.inputs, data.test_inputs])
    assert np.array_equal(together[np.lexsort(together.T)], pixels[np.lexsort(pixels.T)])
    assert np.bincount(np.concatenate([data.targets, data.test_targets]).astype(int)).tolist() == (
        np.bincount(digits).tolist()
    )


def test_targets():
    value, parity = drawn(samples=500, target="value"), drawn(samples=500, target="parity")
    assert np.array_equal(value.inputs, parity.inputs)
    assert np.array_equal(parity.targets, 2 * (value.targets % 2) - 1)
    pair = drawn(samples=100, target="classes", classes=(3, 8))
    assert set(pair.targets) == {-1.0, 1.0}
    assert len(pair.targets) + len(pair.test_targets) == 183 + 174
    coin = drawn(samples=1000, target="coin")
    assert coin.test_inputs is None
    assert abs(coin.targets.mean()) < 0.15
    assert drawn(samples=1797, target="parity").test_inputs is None


@pytest.mark.parametrize(
    ("keys", "key", "says"),
    [
        ({"target": "classes"}, "classes", "is missing, but target is classes"),
        ({"target": "parity", "classes": (1, 2)}, "classes", "is given, but target is parity"),
        ({"target": "classes", "classes": (3, 3)}, "classes", "two different digits"),
        ({"samples": 400, "target": "classes", "classes": (3, 8)}, "samples", "allowed: 2 to 357"),
    ],
)
def test_what_there_is_not_is_refused(keys, key, says):
    with pytest.raises(Misfit, match=says) as caught:
        Digits(**({"samples": 50} | keys)).size()
    assert caught.value.key == key


def test_figures_call_it_by_its_target_and_size():
    assert Digits(1024, "coin").called("digits_coin") == "random labels, 1,024 images"
    assert Digits(24, "value").called("digits_value") == "the digit, 24 images"
