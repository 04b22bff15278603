"""Ticks are round numbers, few enough, and plain where they are short."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from flatminima.plotting.ticks import log_ticks, set_ticks, set_ticks_at


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.mark.parametrize("low", [1e-30, 3e-5, 0.4, 0.97, 6.5])
@pytest.mark.parametrize("ratio", [1.01, 1.3, 3, 8, 40, 1e3, 1e7, 1e36])
def test_there_are_a_few_round_ticks_in_range(low, ratio):
    labelled, others = log_ticks(low, low * ratio)
    assert 1 <= len(labelled) <= 9
    ticks = np.array(labelled + others)
    assert (ticks >= low * (1 - 1e-8)).all()
    assert (ticks <= low * ratio * (1 + 1e-8)).all()
    assert not set(labelled) & set(others)


def test_many_decades_have_a_label_every_few():
    labelled, others = log_ticks(1e-36, 1)
    assert np.unique(np.round(np.diff(np.log10(labelled)))).tolist() == [7]
    assert len(labelled) + len(others) == 37


def written(axis) -> list[str]:
    return [axis.get_major_formatter()(tick, i) for i, tick in enumerate(axis.get_majorticklocs())]


@pytest.mark.parametrize(
    ("ends", "labels"),
    [
        ((5.5, 70), ["10", "20", "50"]),
        ((0.9, 7), ["1", "2", "5"]),
        ((0.02, 200), ["0.1", "1", "10", "100"]),
        ((1e-6, 1.0), ["$10^{-6}$", "$10^{-4}$", "$10^{-2}$", "$10^{0}$"]),
        ((2e3, 4e4), ["3000", "10000", "30000"]),
        ((3.5e4, 2.1e5), [r"$5\times10^{4}$", "$10^{5}$", r"$2\times10^{5}$"]),
    ],
)
def test_labels_are_what_a_person_would_write(axes, ends, labels):
    axes.set(yscale="log", ylim=ends)
    set_ticks(axes)
    assert written(axes.yaxis) == labels


def test_depths_have_ticks_at_their_values_alone(axes):
    axes.set(xscale="log", xlim=(1.8, 45))
    set_ticks_at(axes.xaxis, [2, 3, 5, 10, 20, 40], 3)
    assert written(axes.xaxis) == ["2", "3", "5", "10", "20", "40"]
    assert len(axes.xaxis.get_minorticklocs()) == 0


def test_where_there_is_no_room_a_tick_has_no_label(axes):
    axes.set(xlim=(0, 41))
    set_ticks_at(axes.xaxis, [2, 3, 5, 10, 20, 40], 2)
    assert written(axes.xaxis) == ["2", "5", "10", "20", "40"]
    assert axes.xaxis.get_minorticklocs().tolist() == [3]


@pytest.mark.parametrize(
    ("inches", "places"),
    [(np.inf, [0, 5000, 10000]), (2.6, [0, 5000, 10000]), (1.3, [0, 10000]), (0.1, [0, 10000])],
)
def test_a_narrow_panel_has_fewer_labels(axes, inches, places):
    axes.set(xlim=(-700, 14700), ylim=(0, 14000))
    set_ticks(axes, inches)
    shown = [tick for tick in axes.get_xticks() if -700 <= tick <= 14700]
    assert shown == places
    assert len([tick for tick in axes.get_yticks() if 0 <= tick <= 14000]) >= 3
