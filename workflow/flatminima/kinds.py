"""What a kind is: one file of a family's folder, named as the kind, whose class has its keys.

A family (datasets, networks, optimisers, quantities, measurements, figures) is a package whose
modules are its kinds; nothing registers them.  The module ``datasets/gaussian.py`` is the kind
``gaussian``: it holds one subclass of `Kind`, a frozen dataclass.  Its fields are the keys of the
kind's block in a configuration: typed, with limits by `annotated_types`, and a sentence below each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, ClassVar, Literal, Self, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Len

__all__ = [
    "Allowed",
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
    "names",
    "nested_blocks",
    "restore",
]


class Misfit(ValueError):
    """Keys of a block that do not go together.

    Attributes:
        key: The one to change.
        problem: What it is, and what is allowed: the rest of a sentence that starts with the key.
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key} {problem}")
        self.key = key
        self.problem = problem


@dataclass(frozen=True)
class Axis:
    """Marks a tuple of which a configuration may also give a single value.

    Attributes:
        grid: Or a grid, ``{from: 0.1, to: 1, count: 10, spacing: log}``.
    """

    grid: bool = False

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return what is allowed, as a JSON schema."""
        array = handler(core) | {"uniqueItems": True}
        forms = [array["items"], array]
        if self.grid:
            item = array["items"]
            forms.append(
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["from", "to", "count"],
                    "properties": {
                        "from": item | {"description": "The first value."},
                        "to": item | {"description": "The last value."},
                        "count": {
                            "type": "integer",
                            "minimum": 2,
                            "maximum": 10_000,
                            "description": "How many values, both ends included.",
                        },
                        "spacing": {
                            "enum": ["linear", "log"],
                            "default": "linear",
                            "description": "Even steps (linear) or even ratios (log).",
                        },
                    },
                }
            )
        return {"anyOf": forms}


@dataclass(frozen=True)
class Reference:
    """Marks the name of another block of the configuration.

    Attributes:
        section: The part that it stands in, such as ``datasets``.
        columns: What the table of a measurement has to have.
    """

    section: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matches:
    """Marks a text that a regular expression restricts.

    Attributes:
        pattern: The expression, of the whole text.
        words: What it allows.
        longest: The most characters.
    """

    pattern: str
    words: str
    longest: int

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return what is allowed, as a JSON schema."""
        return handler(core) | {
            "pattern": self.pattern,
            "maxLength": self.longest,
            "allowed": self.words,
        }


@dataclass(frozen=True)
class Allowed:
    """Says what a value of several forms may be.

    Attributes:
        words: What is allowed.
    """

    words: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return what is allowed, as a JSON schema."""
        return handler(core) | {"allowed": self.words}


@dataclass(frozen=True)
class Values:
    """Marks a mapping that has for a column a list of its values.

    Attributes:
        bounds: Or the bounds ``{at_least, at_most}``.
    """

    bounds: bool = False

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        """Return what is allowed, as a JSON schema."""
        del core, handler
        value = {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": r"^[\w .+-]*$(?!\n)", "maxLength": 60,
                 "allowed": "a plain word"},
            ]
        }  # fmt: skip
        values = {"type": "array", "items": value, "minItems": 1, "uniqueItems": True}
        forms = [values]
        if self.bounds:
            ends = {
                "at_least": {"type": "number", "description": "The smallest value drawn."},
                "at_most": {"type": "number", "description": "The largest value drawn."},
            }
            forms.append(
                {
                    "type": "object",
                    "additionalProperties": False,
                    "minProperties": 1,
                    "properties": ends,
                }
            )
        return {
            "type": "object",
            "propertyNames": {
                "type": "string",
                "pattern": r"^[a-z][a-z0-9_]*$(?!\n)",
                "maxLength": 60,
                "allowed": "the name of a column",
            },
            "additionalProperties": {"anyOf": forms} if self.bounds else values,
        }


PositiveInteger = Annotated[int, Ge(1), Le(1_000_000_000)]
PositiveNumber = Annotated[float, Gt(0), Le(1e300)]
PositiveIntegers = Annotated[tuple[Annotated[int, Ge(1), Le(100_000)], ...], Len(1), Axis()]
Depths = Annotated[tuple[Annotated[int, Ge(2), Le(100_000)], ...], Len(1), Axis()]
Widths = Annotated[tuple[Annotated[int, Ge(1), Le(100_000)], ...], Len(1, 1000)]
BatchSize = Annotated[
    Annotated[int, Ge(1), Le(1_000_000)] | Literal["full"],
    Allowed("an integer at least 1, or full"),
]
BatchSizes = Annotated[tuple[BatchSize, ...], Len(1), Axis()]
PositiveNumbers = Annotated[tuple[PositiveNumber, ...], Len(1), Axis(grid=True)]
Scales = Annotated[tuple[Annotated[float, Ge(0), Le(1e300)], ...], Len(1), Axis(grid=True)]
DatasetNames = Annotated[tuple[str, ...], Len(1), Axis(), Reference("datasets")]
ExperimentNames = Annotated[tuple[str, ...], Len(1), Axis(), Reference("experiments")]
Text = Annotated[
    str,
    Matches(
        r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+$(?!\n)",
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


@cache
def nested_blocks(block: type) -> dict[str, type]:
    """Return the fields of a dataclass that are lists of blocks, with the class of those."""
    found = {}
    for name, hint in get_type_hints(block).items():
        parts = [part for part in get_args(hint) if is_dataclass(part)]
        if get_origin(hint) is tuple and parts:
            (found[name],) = parts
    return found


class Kind:
    """One kind of a family; its module's name is its name."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }

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
        """Return the names of blocks in a part of the configuration that this one refers to."""
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
def names(family: str) -> tuple[str, ...]:
    """Return the names of a family's kinds, none of which is imported.

    >>> names("optimisers")
    ('gradient_descent', 'noisy_gradient_descent', 'sgd')
    """
    folder = Path(__file__).parent / family
    return tuple(sorted(module.name for module in iter_modules([str(folder)])))


@cache
def load(family: str, name: str) -> type:
    """Import one kind and return its class.

    Raises:
        ValueError: If the family has no kind of this name.
    """
    if name not in names(family):
        raise ValueError(f"{name!r} is none of the {family}: {', '.join(names(family))}")
    module = import_module(f"flatminima.{family}.{name}")
    (kind,) = (
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Kind) and item.__module__ == module.__name__
    )
    return kind


def restore(family: str, block: Mapping[str, Any]) -> Any:
    """Return the kind whose `Kind.plain` a block is."""
    values = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in block.items()
        if key != "kind"
    }
    return load(family, block["kind"])(**values)
