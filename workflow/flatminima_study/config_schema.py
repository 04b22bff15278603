"""The schema of the configuration, and what it says of a mistake in one sentence."""

import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError, validators

__all__ = [
    "DEEPEST_NESTING",
    "MOST_VALUES",
    "ConfigurationError",
    "check_schema",
    "check_values",
    "describe_allowed",
    "listed",
    "load_schema",
    "shown",
    "unknown_key",
]

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.yaml"

# What the schema cannot say, or could only check after an endless time.
MOST_VALUES = 100_000
DEEPEST_NESTING = 12
LONGEST_LIST = 1_000
LONGEST_KEY = 100
MOST_BITS = 1_000
"""Of an integer: the largest is about as large as the largest float."""


class ConfigurationError(ValueError):
    """Something in the configuration that cannot be; the message is one sentence."""


@cache
def load_schema() -> dict[str, Any]:
    """Return the schema of the configuration."""
    return yaml.safe_load(SCHEMA.read_text())


def unknown_key(key: str, allowed: Iterable[str], where: str = "") -> str:
    """Say that a key is not known, and which one may have been meant."""
    near = get_close_matches(key, allowed, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{_joined(where, key)} is not a known key{hint}; allowed here: {', '.join(allowed)}"


def shown(value: Any) -> str:
    """Show a value on one line, shortened."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "an integer of over 300 digits"  # repr refuses one of over 4300
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _joined(path: str, key: str) -> str:
    """Append a key to a dotted path, in quotes if it could be mistaken for something else."""
    plain = key if re.fullmatch(r"[\w-]{1,60}", key) else shown(key)
    return f"{path}.{plain}" if path else plain


def listed(values: Iterable[Any]) -> str:
    """Name some values, the first of many."""
    texts = [value if isinstance(value, str) else shown(value) for value in values]
    more = [f"{len(texts) - 40} more"] if len(texts) > 40 else []
    return ", ".join(texts[:40] + more)


def check_values(config: Mapping[str, Any]) -> None:
    """Refuse what no schema sees, or what would keep it busy without end."""
    waiting: list[tuple[str, int, Any]] = [("", 0, config)]
    seen = 0
    while waiting:
        path, depth, value = waiting.pop()
        seen += 1
        if seen > MOST_VALUES:
            raise ConfigurationError(f"config.yaml holds more than {MOST_VALUES} values")
        if depth > DEEPEST_NESTING:
            raise ConfigurationError(
                f"{path[:60]} ... nests too deeply; allowed: {DEEPEST_NESTING} levels"
            )
        if not isinstance(value, str | int | float | list | Mapping | None):
            raise ConfigurationError(
                f"{path} is {shown(value)}; allowed: text, a number, a list or a mapping of keys"
            )
        if isinstance(value, float) and not math.isfinite(value):
            raise ConfigurationError(f"{path} is {value}; allowed: a finite number")
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise ConfigurationError(f"{path} is {shown(value)}; allowed: fewer digits")
        if isinstance(value, Mapping):
            for key in value:
                _check_key(path, key)
            waiting += [(_joined(path, key), depth + 1, value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            if len(value) > LONGEST_LIST:
                raise ConfigurationError(
                    f"{path} is a list of {len(value)}; allowed: at most {LONGEST_LIST}"
                )
            waiting += [(f"{path}[{i}]", depth + 1, value[i]) for i in reversed(range(len(value)))]


def _check_key(path: str, key: Any) -> None:
    where = path or "config.yaml"
    if not isinstance(key, str):
        raise ConfigurationError(
            f"{where} has the key {shown(key)}, which YAML does not read as text; allowed: a name, "
            "in quotes if need be"
        )
    if len(key) > LONGEST_KEY:
        raise ConfigurationError(
            f"{where} has the key {shown(key)} of {len(key)} letters; allowed: at most "
            f"{LONGEST_KEY}"
        )


# To a schema 50.0 is an integer, but to range() and to NumPy it is not.
_Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def check_schema(config: Mapping[str, Any]) -> None:
    """Refuse what the schema refuses, in a sentence of the outermost key that is wrong."""
    errors = sorted(
        _Validator(load_schema()).iter_errors(config),
        key=lambda error: (len(error.path), str(error.path)),
    )
    if errors:
        raise ConfigurationError(_sentence(errors[0]))


def _sentence(error: ValidationError) -> str:
    """Say in one sentence what a schema error is about."""
    path = _dotted(error.absolute_path)
    keyword, schema, value = error.validator, error.schema, error.instance
    if keyword == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        return unknown_key(next(key for key in value if key not in allowed), allowed, path)
    if keyword == "required":
        missing = next(key for key in error.validator_value if key not in value)
        return f"{_joined(path, missing)} is missing; it must be given"
    if keyword == "minProperties":
        return f"{path} is empty; allowed: at least one entry"
    if keyword == "minItems":
        return f"{path} is {shown(value)}; allowed: at least {schema['minItems']} value(s)"
    if keyword == "maxItems":
        return f"{path} is {shown(value)}; allowed: at most {schema['maxItems']} values"
    if keyword == "uniqueItems":
        twice = next(item for position, item in enumerate(value) if item in value[:position])
        return f"{path} holds {shown(twice)} twice; allowed: each value once"
    if "propertyNames" in error.schema_path:
        allowed = _lowered(schema["description"])
        return f"{_joined(path, value)} is not allowed as a name; allowed: {allowed}"
    if keyword in ("pattern", "minLength", "maxLength"):
        return f"{path} is {shown(value)}; allowed: {_lowered(schema['description'])}"
    hint = ""
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", value):
        hint = f" (YAML reads {value} as text; write {value.lower().replace('e', '.0e')})"
    elif isinstance(value, str) and re.fullmatch(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?", value):
        # after --config, Snakemake takes everything within {} as text
        hint = " (as text; write it without quotes, in a file)"
    return f"{path or 'config.yaml'} is {shown(value)}{hint}; allowed: {describe_allowed(schema)}"


def _dotted(parts: Iterable[str | int]) -> str:
    path = ""
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else _joined(path, part)
    return path


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")


def describe_allowed(schema: Mapping[str, Any]) -> str:
    """Describe in words what a schema lets pass."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    words = {
        "integer": "an integer",
        "number": "a number",
        "string": "text",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping of keys",
    }
    bounds = []
    if "exclusiveMinimum" in schema:
        bounds.append(f"greater than {schema['exclusiveMinimum']}")
    if "minimum" in schema:
        bounds.append(f"at least {schema['minimum']}")
    if "maximum" in schema:
        bounds.append(f"at most {schema['maximum']:g}")
    if len(kinds) > 1 and "properties" in schema:  # beside other forms, one form in short
        words["object"] = f"a mapping {{{', '.join(schema['properties'])}}}"
    described = [words[kind] for kind in kinds]
    if bounds and described:
        described[0] += " " + " and ".join(bounds)
    return " or ".join(described)
