"""Kinds: each is a module in its family's folder, named like the kind, with a class of its keys.

A family (datasets, networks, optimisers, quantities, measurements, claims, figures) is a package
whose modules are its kinds; nothing registers them.  The module ``datasets/gaussian.py`` is the
kind ``gaussian``: it holds one subclass of `Kind`, a frozen dataclass.  Its fields are the keys of
the kind's block in a configuration: typed, with limits by `annotated_types`, and a sentence below
each.  A kind of one paper alone is in the folder of the same name in the paper's room.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, Literal, Self, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Len

__all__ = [
    "Axis",
    "BatchSizes",
    "DatasetNames",
    "Depths",
    "ExperimentNames",
    "Kind",
    "Matches",
    "Misfit",
    "PositiveInteger",
    "PositiveIntegers",
    "PositiveNumber",
    "PositiveNumbers",
    "Reference",
    "Scales",
    "Text",
    "Values",
    "Widths",
    "load",
    "marked_fields",
    "modules",
    "names",
    "restore",
    "rooms",
]


ROOT = Path(__file__).parents[2]
"""The folder of the library and of the rooms of the papers."""


class Misfit(ValueError):
    """Keys of a block that do not go together.

    Attributes:
        key: The key to change.
        problem: Its value and what is allowed: the rest of a sentence that starts with the key.
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key} {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Axis:
    """Marks a tuple for which a configuration may also give a single value.

    Attributes:
        grid: Whether it may also give a grid, ``{from: 0.1, to: 1, count: 10, spacing: log}``.
    """

    grid: bool = False


@dataclass(frozen=True)
class Reference:
    """Marks the name of another block of the configuration.

    Attributes:
        section: The part of the configuration with this block, such as ``datasets``.
        columns: The columns that the table of a measurement must have.
    """

    section: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matches:
    """Marks a text that a regular expression restricts.

    Attributes:
        pattern: The expression, which the whole text must match.
        words: What it allows, in words.
        longest: The largest number of characters.
    """

    pattern: str
    words: str
    longest: int

    def accepts(self, text: str) -> bool:
        """Say whether a text is short enough and matches the expression as a whole."""
        return len(text) <= self.longest and re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True)
class Values:
    """Marks a mapping from columns to lists of their values.

    Attributes:
        bounds: Whether it may also give bounds ``{at_least, at_most}``.
    """

    bounds: bool = False


PositiveInteger = Annotated[int, Ge(1), Le(1_000_000_000)]
PositiveNumber = Annotated[float, Gt(0), Le(1e300)]
PositiveIntegers = Annotated[tuple[Annotated[int, Ge(1), Le(100_000)], ...], Len(1), Axis()]
Depths = Annotated[tuple[Annotated[int, Ge(2), Le(100_000)], ...], Len(1), Axis()]
Widths = Annotated[tuple[Annotated[int, Ge(1), Le(100_000)], ...], Len(1, 1000)]
BatchSize = Annotated[int, Ge(1), Le(1_000_000)] | Literal["full"]
BatchSizes = Annotated[tuple[BatchSize, ...], Len(1), Axis()]
PositiveNumbers = Annotated[tuple[PositiveNumber, ...], Len(1), Axis(grid=True)]
Scales = Annotated[tuple[Annotated[float, Ge(0), Le(1e300)], ...], Len(1), Axis(grid=True)]
DatasetNames = Annotated[tuple[str, ...], Len(1), Axis(), Reference("datasets")]
ExperimentNames = Annotated[tuple[str, ...], Len(1), Axis(), Reference("experiments")]
Text = Annotated[
    str,
    Matches(
        r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+",
        "a text of one line, of 1 to 200 characters",
        200,
    ),
]


@cache
def marked_fields(block: type, marker: type) -> dict[str, Any]:
    """Return the fields of a dataclass that bear a marker, with the marker of each."""
    hints = get_type_hints(block, include_extras=True)
    found = {}
    for field in fields(block):
        for hint in (hints[field.name], *get_args(hints[field.name])):
            if get_origin(hint) is Annotated:
                for item in hint.__metadata__:
                    if isinstance(item, marker):
                        found[field.name] = item
    return found


class Kind:
    """One kind of a family; its module's name is its name."""

    @classmethod
    def name(cls) -> str:
        """Return what the kind is called in a configuration."""
        return cls.__module__.rpartition(".")[2]

    def plain(self) -> dict[str, Any]:
        """Return the block of this kind as plain values, defaults written out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"kind": self.name()} | {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in values.items()
            if value is not None
        }

    def referred(self, section: str) -> tuple[str, ...]:
        """Return the names of the blocks, in a part of the configuration, that this one names."""
        found: list[str] = []
        for key, reference in marked_fields(type(self), Reference).items():
            value = getattr(self, key)
            if reference.section == section and value is not None:
                found += [value] if isinstance(value, str) else value
        return tuple(dict.fromkeys(found))

    def replaced(self, **values: Any) -> Self:
        """Return the same kind with other values of some keys."""
        return type(self)(**(dict(vars(self)) | values))


@cache
def modules(family: str) -> dict[str, str]:
    """Return the modules of a family's kinds by their names, without importing them.

    A kind is a module in the folder of its family, in the library or in a paper's room.  Modules
    whose names start with an underscore are not kinds.

    Raises:
        ValueError: If two rooms have kinds of the same name.
    """
    packages = [f"flatminima.{family}"]
    packages += [f"flatminima_papers.{room}.{family}" for room in rooms()]
    found: dict[str, str] = {}
    for package in packages:
        for module in iter_modules([str(ROOT.joinpath(*package.split(".")))]):
            if module.name.startswith("_"):
                continue
            if module.name in found:
                raise ValueError(
                    f"{package}.{module.name} has the name of {found[module.name]}; allowed: a "
                    "name once in all rooms"
                )
            found[module.name] = f"{package}.{module.name}"
    return dict(sorted(found.items()))


@cache
def rooms() -> tuple[str, ...]:
    """Return the names of the papers that have a room."""
    return tuple(
        sorted(path.parent.name for path in (ROOT / "flatminima_papers").glob("*/__init__.py"))
    )


def names(family: str) -> tuple[str, ...]:
    """Return the names of a family's kinds, without importing them.

    >>> {"gradient_descent", "sgd"} <= set(names("optimisers"))
    True
    """
    return tuple(modules(family))


@cache
def load(family: str, name: str) -> type:
    """Import one kind and return its class.

    Raises:
        ValueError: If the family has no kind of this name.
    """
    if name not in modules(family):
        raise ValueError(f"{name!r} is none of the {family}: {', '.join(names(family))}")
    module = import_module(modules(family)[name])
    (kind,) = (
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Kind) and item.__module__ == module.__name__
    )
    return kind


def restore(family: str, block: Mapping[str, Any]) -> Any:
    """Return the kind from its block of plain values, as `Kind.plain` gives it."""
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in block.items()
        if key != "kind"
    }
    return load(family, block["kind"])(**values)
