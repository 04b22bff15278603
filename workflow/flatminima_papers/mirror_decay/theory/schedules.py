"""Schedules of weight decay with one dose, and gradient flow under them.

A schedule lasts for a duration and is off afterwards; its dose A is the integral of its rate. The
four schedules are constant; early, all in the first quarter; late, all in the last; and a ramp
that falls linearly to zero. Within a piece the rate is smooth, so the flow is solved piece by
piece.
"""

from typing import NamedTuple

import numpy as np

from flatminima.theory.diagonal_flow import Decay, FlowPath, flow_for, flow_to

__all__ = ["SCHEDULES", "Piece", "flow_under", "pieces_of", "wave"]

SCHEDULES = ("constant", "early", "late", "ramp")


class Piece(NamedTuple):
    """A part of a schedule, in which the rate changes linearly.

    Attributes:
        duration: How long it lasts.
        first: The rate at its beginning.
        last: The rate at its end.
    """

    duration: float
    first: float
    last: float

    @property
    def total(self) -> float:
        """The dose of the piece."""
        return self.duration * (self.first + self.last) / 2

    @property
    def decay(self) -> Decay:
        """The decay, from the beginning of the piece."""
        slope = (self.last - self.first) / self.duration
        return Decay(
            lambda time: self.first + slope * time,
            lambda time: self.first * time + slope * time**2 / 2,
        )


def pieces_of(schedule: str, dose: float, duration: float) -> list[Piece]:
    """Return the pieces of a schedule.

    Args:
        schedule: One of `SCHEDULES`.
        dose: A.
        duration: How long it lasts in all.

    Examples:
        >>> [sum(piece.total for piece in pieces_of(name, 0.7, 4.0)) for name in SCHEDULES]
        [0.7, 0.7, 0.7, 0.7]
    """
    mean = dose / duration
    quarter = duration / 4
    return {
        "constant": [Piece(duration, mean, mean)],
        "early": [Piece(quarter, 4 * mean, 4 * mean), Piece(3 * quarter, 0.0, 0.0)],
        "late": [Piece(3 * quarter, 0.0, 0.0), Piece(quarter, 4 * mean, 4 * mean)],
        "ramp": [Piece(duration, 2 * mean, 0.0)],
    }[schedule]


def wave(dose: float, duration: float, periods: int) -> Decay:
    """Return a decay that swings between zero and twice its mean.

    Args:
        dose: A over the whole duration.
        duration: Its length.
        periods: How often it swings.

    Examples:
        >>> round(float(wave(0.7, 4.0, 3).dose(4.0)), 12)
        0.7
    """
    mean, frequency = dose / duration, 2 * np.pi * periods / duration
    return Decay(
        lambda time: mean * (1 + np.sin(frequency * time)),
        lambda time: mean * (time + (1 - np.cos(frequency * time)) / frequency),
    )


def flow_under(
    pieces: list[Piece],
    excess: float,
    inputs: np.ndarray,
    targets: np.ndarray,
    layers: np.ndarray,
) -> FlowPath:
    """Follow gradient flow under a schedule, and after it until R - R_min is small.

    The `push` of the path counts each piece from its own beginning and is left out: NaN.

    Args:
        pieces: The schedule.
        excess: What R - R_min is to fall to after it.
        inputs: X, shape (n, d).
        targets: y, shape (n,).
        layers: u at the start, shape (L, d).
    """
    paths, passed = [], 0.0
    for piece in pieces:
        path = flow_for(piece.duration, inputs, targets, layers, piece.decay)
        paths.append(path._replace(times=path.times + passed))
        passed, layers = passed + piece.duration, path.layers[-1]
    path = flow_to(excess, inputs, targets, layers)
    paths.append(path._replace(times=path.times + passed))
    joined = FlowPath(*(np.concatenate(parts) for parts in zip(*paths, strict=True)))
    return joined._replace(push=np.full_like(joined.push, np.nan))
