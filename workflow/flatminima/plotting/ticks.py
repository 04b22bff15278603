"""Ticks as a person would choose them, and their labels."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

__all__ = ["log_ticks", "set_ticks", "set_ticks_at"]

MOST = 6
"""The largest number of labels of an axis."""


def set_ticks(axes: Axes, inches: float = np.inf) -> None:
    """Choose the ticks of both axes of a panel, whose scales and ranges are set.

    Args:
        axes: The panel.
        inches: Its approximate width; labels of a linear abscissa must not overlap.
    """
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "log":
            major, minor = log_ticks(*sorted(axis.get_view_interval()))
            _fix(axis, major, minor)
        else:
            room = inches if axis is axes.xaxis else np.inf
            axis.set_major_locator(_linear_ticks(*sorted(axis.get_view_interval()), room))


def set_ticks_at(axis: Axis, values: Iterable[float], inches: float) -> None:
    """Put ticks at given values only, and label as many as there is room for.

    Args:
        axis: The axis; its range is set.
        values: The values, in order.
        inches: The approximate length of the axis.
    """
    values = sorted(values)
    scale = np.log if axis.get_scale() == "log" else np.asarray
    low, high = scale(np.sort(axis.get_view_interval()))
    shown, end = [], -np.inf
    for value in values:
        place = inches * (scale(value) - low) / (high - low)
        half = _label_width(value) / 2
        if place - half >= end:
            shown.append(value)
            end = place + half
    _fix(axis, shown, [value for value in values if value not in shown])


def log_ticks(low: float, high: float) -> tuple[list[float], list[float]]:
    """Return the ticks of a logarithmic axis with labels, and those without.

    >>> log_ticks(0.5, 300)
    ([1.0, 10.0, 100.0], [0.5, 0.6, 0.7, 0.8, 0.9, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 200.0, 300.0])
    >>> log_ticks(0.9, 7)
    ([1.0, 2.0, 5.0], [0.9, 3.0, 4.0, 6.0, 7.0])
    >>> log_ticks(1e-31, 10)[0]
    [1e-30, 1e-24, 1e-18, 1e-12, 1e-06, 1.0]
    """  # noqa: E501
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    every = _within(low, high, first, last, range(1, 10))
    powers = _within(low, high, first, last, (1,))
    if len(powers) > 2:
        stride = int(np.ceil(len(powers) / MOST))
        labelled = [power for power in powers if round(np.log10(power)) % stride == 0]
        return labelled, [t for t in (every if len(powers) < 5 else powers) if t not in labelled]
    for digits in ((1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), range(1, 10)):
        labelled = _within(low, high, first, last, digits)
        if len(labelled) > 2:
            return labelled, [tick for tick in every if tick not in labelled]
    even = MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [float(f"{tick:.12g}") for tick in even if low <= tick <= high and tick > 0], []


def _linear_ticks(low: float, high: float, inches: float) -> MaxNLocator:
    """Return the finest round ticks, at least two, whose labels are half their width apart."""
    for most in range(MOST - 1, 1, -1):
        locator = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10])
        ticks = locator.tick_values(low, high)
        longest = max(_label_width(tick) for tick in ticks if low <= tick <= high)
        if 1.5 * longest < inches * (ticks[1] - ticks[0]) / (high - low):
            break
    return locator


def _label_width(value: float) -> float:
    """Return the approximate width of a label in inches."""
    return 0.07 * len(f"{value:g}") + 0.04


def _within(low: float, high: float, first: int, last: int, digits: Iterable[float]) -> list[float]:
    """Return the multiples of powers of ten that lie in a range, ends included."""
    ticks = [float(f"{d}e{power}") for power in range(first, last + 1) for d in digits]
    return [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]


def _fix(axis: Axis, major: list[float], minor: list[float]) -> None:
    axis.set_major_locator(FixedLocator(major))
    axis.set_major_formatter(FixedFormatter(_labels(major)))
    axis.set_minor_locator(FixedLocator(minor) if minor else NullLocator())
    axis.set_minor_formatter(FixedFormatter([]))


def _labels(ticks: list[float]) -> list[str]:
    """Return plain numbers if they are short, else powers of ten."""
    round_powers = all(tick > 0 and np.log10(tick).is_integer() for tick in ticks)
    if all(tick == 0 or 1e-3 <= abs(tick) < (1e4 if round_powers else 1e5) for tick in ticks):
        return [f"{tick:g}" for tick in ticks]
    labels = []
    for tick in ticks:
        digits, power = f"{tick:.12e}".split("e")
        factor = "" if float(digits) == 1 else rf"{float(digits):g}\times"
        labels.append(f"${factor}10^{{{int(power)}}}$")
    return labels
