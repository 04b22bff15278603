"""Labels stand beside what they name, and do not cover each other."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from flatminima.plotting.labels import EndLabel, label_above, label_ends, overlaps, spread, texts


@pytest.fixture
def axes():
    figure, axes = plt.subplots(figsize=(3.4, 3), layout="constrained")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    yield axes
    plt.close(figure)


def test_places_keep_their_order_and_their_distance():
    places = np.random.default_rng(0).uniform(size=9)
    moved = spread(places, 0.08)
    assert (np.argsort(moved) == np.argsort(places)).all()
    assert np.diff(np.sort(moved)).min() > 0.08 - 1e-9


@pytest.mark.parametrize("number", [0, 1, 2, 9])
def test_places_are_as_near_as_can_be(number):
    places = np.random.default_rng(number).uniform(size=number)
    ranks = 0.1 * np.arange(number)
    nearest = isotonic_regression(np.sort(places) - ranks).x + ranks if number else ranks
    np.testing.assert_allclose(np.sort(spread(places, 0.1)), nearest, atol=1e-12)


def test_places_that_are_far_enough_stay():
    places = np.array([0.9, 0.1, 0.5])
    np.testing.assert_allclose(spread(places, 0.3), places)


def test_labels_of_lines_that_end_together_are_spread(axes):
    ends = [EndLabel(name, 1.0, 0.5, "black") for name in "abc"]
    assert label_ends(axes, [*ends, EndLabel("level", None, 0.1, "black")])
    assert [text.get_text() for text in axes.texts] == ["a", "b", "c", "level"]
    assert overlaps(texts(axes.figure)) == []


def test_where_there_is_no_room_nothing_is_written(axes):
    assert not label_ends(axes, [EndLabel(f"{i}", 1.0, 0.5, "black") for i in range(20)])
    assert not label_above(axes, [EndLabel(f"{i}{i}", 0.5, 1.0, "black") for i in range(9)])
    assert len(axes.texts) == 0


def test_labels_above_stand_over_their_places(axes):
    ends = [EndLabel("a", 0.2, 1.0, "black"), EndLabel("b", 0.8, 1.0, "yellow")]
    assert label_above(axes, ends)
    assert [text.get_position()[0] for text in axes.texts] == pytest.approx([0.2, 0.8])
    assert axes.texts[1].get_color() != "yellow"  # which cannot be read on white


def test_text_that_covers_other_text_is_found(axes):
    axes.text(0.5, 0.5, "one")
    axes.text(0.52, 0.5, "other")
    assert overlaps(texts(axes.figure)) == [("one", "other")]


def test_a_tick_out_of_range_is_no_text(axes):
    axes.set_xticks([0.5, 2], ["inside", "outside"])
    axes.set_xlim(0, 1)
    found = [text.get_text() for text in texts(axes.figure)]
    assert "inside" in found
    assert "outside" not in found
