"""Blocks checked and built by Pydantic, from the types of their keys.

The types of the library name no package that checks them.  `_checked` translates them for Pydantic,
whose errors then carry where a value stands and in words what is allowed there.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, partial, reduce
from operator import or_
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, get_args, get_origin

from annotated_types import Ge, Le, Len
from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    with_config,
)
from pydantic_core import core_schema
from typing_extensions import TypedDict  # before Python 3.12 Pydantic takes no other

from flatminima.core.kinds import Axis, Kind, Matches, Misfit, Reference, Values, load, names
from flatminima_study.configuration.axes import check_distinct, grid_values
from flatminima_study.configuration.blocks import KindBlock
from flatminima_study.configuration.refusals import (
    ConfigurationError,
    joined,
    listed,
    located,
    number_hint,
    shown,
    unknown_key,
    unknown_kind,
)
from flatminima_study.configuration.words import (
    WORDS,
    describe,
    entry_of,
    forms_of,
    hints_of,
    unwrapped,
)

__all__ = ["Known", "Referred", "build"]

STRICT = {"strict": True, "allow_inf_nan": False}


class Referred(NamedTuple):
    """What a name in a configuration refers to.

    Attributes:
        name: What it is called in the study.
        columns: The columns of its table, if it is a measurement.
    """

    name: str
    columns: frozenset[str] = frozenset()


Known = Mapping[str, Mapping[str, Referred]]
"""For each part of a configuration the names that may be used, and what they refer to."""


def build(hint: Any, values: Any, path: str, known: Known | None = None) -> Any:
    """Return a block of a configuration, checked.

    Args:
        hint: Its dataclass, or a type that is marked as a `KindBlock`.
        values: What the configuration holds.
        path: Where the block stands.
        known: What a `Reference` may name.

    Raises:
        ConfigurationError: At the first key that is wrong.
    """
    try:
        return _adapter(hint).validate_python(values, context=known)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error.errors()[0], path, values)) from None


def _sentence(error: Mapping[str, Any], path: str, value: Any) -> str:
    """Say in one sentence what an error of Pydantic is about."""
    several = ""
    for part in error["loc"]:
        if isinstance(value, list) or isinstance(part, str):
            path = joined(path, part)
            value = value[part] if isinstance(value, list) else value.get(part)
        else:  # Pydantic has seen the list that one value, or a grid, stands for
            several = ", one or several"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return located(path, context["error"])
    if kind == "missing":
        return f"{path} is missing; it must be given"
    if kind == "too_short" and value == {}:
        return f"{path} is empty; allowed: at least one entry"
    allowed = {
        "not_allowed": "{words}",
        "list_type": "a list",
        "too_short": "at least {min_length} value(s)",
        "too_long": "at most {max_length} values",
    }[kind].format(**context)
    return f"{path} is {shown(value)}{number_hint(value)}; allowed: {allowed}{several}"


@cache
def _adapter(hint: Any) -> TypeAdapter:
    return TypeAdapter(_checked(hint))


def _checked(hint: Any) -> Any:
    """Return what Pydantic checks and builds a value of a type by."""
    inner, marks = unwrapped(hint)
    length = marks.get(Len, Len(0))
    if is_dataclass(inner):
        return _block(inner)
    if KindBlock in marks:
        return Annotated[Any, PlainValidator(partial(_build_kind, marks[KindBlock].family))]
    if Values in marks:
        return _named(COLUMN, Annotated[Any, PlainValidator(partial(_select, marks[Values]))])
    if get_origin(inner) is dict:
        name, entry = get_args(inner)
        return Annotated[_named(unwrapped(name)[1][Matches], _checked(entry)), length]
    if get_origin(inner) is not tuple:
        return _value(hint)
    entries = Annotated[list[_checked(entry_of(hint))], length]
    if Axis in marks:
        written_out = BeforeValidator(partial(_written_out, marks[Axis]))
        entries = Annotated[entries, written_out, AfterValidator(_distinct)]
    return Annotated[entries, AfterValidator(tuple)]


# Mappings: with fixed keys, of a kind, and with names that are free to choose


def _block(block: type) -> Any:
    """Return what checks the keys of a dataclass and builds it."""
    required = {
        field.name
        for field in fields(block)
        if field.default is MISSING and field.default_factory is MISSING
    }
    hints = {"kind": str} | hints_of(block) if issubclass(block, Kind) else hints_of(block)
    return Annotated[_keys(hints, required), AfterValidator(partial(_built, block))]


def _built(block: type, values: Mapping[str, Any]) -> Any:
    return block(**{key: value for key, value in values.items() if key != "kind"})


def _keys(hints: Mapping[str, Any], required: set[str]) -> Any:
    """Return what checks a mapping that has no other keys."""
    types = {key: _checked(hint) for key, hint in hints.items()}
    types = {key: hint if key in required else NotRequired[hint] for key, hint in types.items()}
    block = with_config(STRICT)(TypedDict("Keys", types))
    return Annotated[block, BeforeValidator(partial(_check_keys, tuple(hints)))]


def _check_keys(allowed: tuple[str, ...], values: Any) -> Any:
    _check_mapping(values)
    for key in values:
        if key not in allowed:
            raise Misfit(joined("", key), unknown_key(key, allowed))
    return values


def _check_mapping(values: Any) -> None:
    if not isinstance(values, Mapping):
        raise Misfit("", f"is {shown(values)}; allowed: a mapping of keys")


def _build_kind(family: str, values: Any, info: ValidationInfo) -> Any:
    """Build the kind that a block names; Pydantic puts the path before what this raises."""
    _check_mapping(values)
    if "kind" not in values:
        raise Misfit("kind", "is missing; it must be given")
    kind, allowed = values["kind"], names(family)
    if kind not in allowed:
        raise Misfit("kind", f"is {shown(kind)}{unknown_kind(kind, allowed)}")
    return _adapter(load(family, kind)).validate_python(values, context=info.context)


def _named(name: Matches, entry: Any) -> Any:
    """Return what checks a mapping whose keys are names."""
    return Annotated[dict[str, entry], BeforeValidator(partial(_check_names, name))]


def _check_names(allowed: Matches, values: Any) -> dict[str, Any]:
    """Return a mapping with its names as text: YAML reads the id 2 as a number."""
    _check_mapping(values)
    named = {}
    for name, value in values.items():
        text = str(name) if type(name) is int and 0 <= name < 10**9 else name
        if not (isinstance(text, str) and allowed.accepts(text)):
            raise Misfit(joined("", name), f"is not allowed as a name; allowed: {allowed.words}")
        if text in named:
            raise Misfit(text, "is there as a number and as text; allowed: one of them")
        named[text] = value
    return named


# Single values


def _value(hint: Any) -> Any:
    """Return what checks a single value, and says in words what is allowed."""
    inner, marks = unwrapped(hint)
    forms = forms_of(inner)
    if len(forms) > 1 and inner not in WORDS:
        return Annotated[reduce(or_, map(_value, forms)), _Says(describe(hint))]
    limits = [
        AfterValidator(partial(_match, mark)) if isinstance(mark, Matches) else mark
        for mark in marks.values()
    ]
    value = Annotated[inner, *limits, _Says(describe(hint))]
    if Reference in marks:
        return Annotated[value, AfterValidator(partial(_refer, marks[Reference]))]
    return value


def _match(allowed: Matches, text: str) -> str:
    if not allowed.accepts(text):
        raise ValueError(allowed.words)
    return text


def _refer(reference: Reference, name: str, info: ValidationInfo) -> str:
    """Return what a name refers to."""
    known = info.context[reference.section]
    allowed = [other for other in known if reference.columns <= known[other].columns]
    if name not in allowed:
        columns = f" with the columns {listed(sorted(reference.columns))}" * bool(reference.columns)
        none = f"a name of {reference.section}{columns}, of which there is none"
        raise Misfit("", f"is {shown(name)}; allowed: {listed(allowed) or none}")
    return known[name].name


@dataclass(frozen=True)
class _Says:
    """Makes any error of a value one that says in words what is allowed."""

    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Return Pydantic's schema of the value with such an error."""
        return core_schema.custom_error_schema(
            handler(source),
            custom_error_type="not_allowed",
            custom_error_message="{words}",
            custom_error_context={"words": self.words},
        )


# Lists, and what may stand for one

Number = Annotated[int | float, Ge(-1e300), Le(1e300)]
Word = Annotated[str, Matches(r"[\w .+-]*", "a plain word", 60)]
Value = Annotated[_value(Number) | _value(Word), _Says("a number or a plain word")]
COLUMN = Matches(r"[a-z][a-z0-9_]*", "the name of a column", 60)


def _written_out(axis: Axis, value: Any) -> list:
    """Return the values of an axis, of which a grid or one value may stand there."""
    if axis.grid and isinstance(value, Mapping):
        return grid_values(GRID.validate_python(value))
    return value if isinstance(value, list) else [value]


def _select(mark: Values, value: Any) -> Any:
    """Return the values of a column that are drawn, or their bounds."""
    selection = BOUNDS if mark.bounds and isinstance(value, Mapping) else VALUES
    return selection.validate_python(value)


def _distinct(values: list) -> list:
    """Refuse a value that is there twice; minus zero is zero."""
    check_distinct("", values, set())
    return [value + 0.0 if isinstance(value, float) else value for value in values]


COUNT, SPACING = Annotated[int, Ge(2), Le(10_000)], Literal["linear", "log"]
ENDS = {"from": Number, "to": Number}
GRID = TypeAdapter(_keys(ENDS | {"count": COUNT, "spacing": SPACING}, {"from", "to", "count"}))
BOUNDS = TypeAdapter(Annotated[_keys({"at_least": Number, "at_most": Number}, set()), Len(1)])
VALUES = TypeAdapter(Annotated[list[Value], Len(1), AfterValidator(_distinct)], config=STRICT)
