"""The types of keys, taken apart and in words."""

from dataclasses import fields
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt

from flatminima.core.kinds import Axis, Matches, Reference

__all__ = ["WORDS", "describe", "entry_of", "forms_of", "hints_of", "unwrapped"]

WORDS = {
    int: "an integer",
    float: "a number",
    int | float: "a number",
    str: "text",
    bool: "true or false",
}
BOUNDS = {Gt: "greater than {.gt:g}", Ge: "at least {.ge:g}", Lt: "less than {.lt:g}",
          Le: "at most {.le:g}"}  # fmt: skip


def hints_of(block: type) -> dict[str, Any]:
    """Return the type of each key of a block, with its limits and marks."""
    hints = get_type_hints(block, include_extras=True)
    return {field.name: hints[field.name] for field in fields(block)}


def forms_of(hint: Any) -> tuple:
    """Return the types of which a value has one; none is null in a configuration."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return tuple(option for option in options if option is not NoneType)


def unwrapped(hint: Any) -> tuple[Any, dict[type, Any]]:
    """Return a type without its limits and marks, and these by their class."""
    if len(forms_of(hint)) == 1:
        (hint,) = forms_of(hint)
    if get_origin(hint) is Annotated:
        inner, *marks = get_args(hint)
        return inner, {type(mark): mark for mark in marks}
    return hint, {}


def entry_of(hint: Any) -> Any:
    """Return the type of the entries of a list; if the list is of names, so is each of them."""
    inner, marks = unwrapped(hint)
    entry = get_args(inner)[0]
    return Annotated[entry, marks[Reference]] if Reference in marks else entry


def describe(hint: Any) -> str:
    """Describe in words what a type allows.

    >>> describe(Annotated[tuple[Annotated[int, Ge(2), Le(9)], ...], Axis()])
    'an integer at least 2 and at most 9, or a list'
    """
    inner, marks = unwrapped(hint)
    if get_origin(inner) is tuple:
        each = describe(entry_of(hint))
        if Axis not in marks:
            return f"a list, each {each}"
        grid = ", or a mapping {from, to, count, spacing}" if marks[Axis].grid else ""
        return f"{each}, or a list{grid}"
    if Matches in marks:
        return marks[Matches].words
    if Reference in marks:
        return f"the name of one of the {marks[Reference].section}"
    if get_origin(inner) is Literal:
        return ", ".join(map(str, get_args(inner)))
    if len(forms_of(inner)) > 1 and inner not in WORDS:
        return " or ".join(map(describe, forms_of(inner)))
    words = WORDS.get(inner, "a mapping of keys")
    bounds = [BOUNDS[limit].format(mark) for limit, mark in marks.items() if limit in BOUNDS]
    return f"{words} {' and '.join(bounds)}" if bounds else words
