"""Numbers of any kind that people have, as float64 without loss."""

import functools
import inspect
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

__all__ = ["as_float64", "with_float64"]

EXACT = 2**53
"""Integers up to this absolute value are exact in float64."""


def as_float64(values: Any, name: str, axes: int | None = None) -> np.ndarray:
    """Return values as a float64 array in C order, if float64 holds each of them exactly.

    Lists, integers, booleans, decimals, float16 and float32, tables and columns of pandas, and
    arrays in Fortran order are taken.

    Args:
        values: The values.
        name: What an error calls them.
        axes: How many axes they must have; None allows any number.

    Returns:
        The same array if it already is one of float64 in C order.

    Raises:
        ValueError: If they are complex, dates, durations, text, masked or of unequal lengths, if an
            integer or a long number is not exact in float64, or if they have other axes.

    Examples:
        >>> as_float64([[1, True]], "X", 2)
        array([[1., 1.]])
    """
    if isinstance(values, np.ma.MaskedArray):
        raise ValueError(f"{name} is a masked array; allowed: numbers without a mask")
    if hasattr(values, "toarray"):
        raise ValueError(f"{name} is a sparse matrix; allowed: what its toarray() returns")
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(
            f"{name} has rows of unequal lengths; allowed: rows of one length"
        ) from None
    if array.dtype == object:
        array = _numbers_of_objects(array, name)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {_words(array.dtype)}; allowed: real numbers")
    if axes is not None and array.ndim != axes:
        raise ValueError(f"{name} has the shape {array.shape}; allowed: {axes} axes")
    result = np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)
    if array.dtype.kind in "iu" and array.dtype.itemsize > 4:
        if ((array > EXACT) | (array < -EXACT)).any():
            raise ValueError(
                f"{name} holds integers beyond 2^53, which float64 merges; allowed: smaller ones"
            )
    elif array.dtype.itemsize > 8 and not np.array_equal(result, array, equal_nan=True):
        raise ValueError(f"{name} holds {array.dtype} numbers that float64 would round")
    return result


def _numbers_of_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Return an array of Python objects as numbers, if each is one."""
    result = np.empty(array.shape)
    for place, value in np.ndenumerate(array):
        if isinstance(value, int) and abs(value) > EXACT:
            raise ValueError(
                f"{name} holds {value}, beyond 2^53, which float64 would merge; allowed: smaller "
                "integers"
            )
        if not isinstance(value, Real | Decimal):
            raise ValueError(f"{name} holds {value!r}; allowed: real numbers")
        result[place] = float(value)
    return result


def _words(dtype: np.dtype) -> str:
    kinds = {"c": "complex numbers", "M": "dates", "m": "durations", "U": "text", "S": "text"}
    return kinds.get(dtype.kind, f"entries of the type {dtype}")


def with_float64(**axes: int) -> Callable[[Callable], Callable]:
    """Have a function take its named arguments through `as_float64`.

    Args:
        axes: The number of axes of each of these arguments.

    Examples:
        >>> @with_float64(vector=1)
        ... def squared_norm(vector):
        ...     return vector @ vector
        >>> float(squared_norm(np.array([16, 16], dtype=np.uint8)))
        512.0
    """

    def decorate(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def called(*positional: Any, **named: Any) -> Any:
            bound = signature.bind(*positional, **named)
            for name, count in axes.items():
                bound.arguments[name] = as_float64(bound.arguments[name], name, count)
            return function(*bound.args, **bound.kwargs)

        return called

    return decorate
