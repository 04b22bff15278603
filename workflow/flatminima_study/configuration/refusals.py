"""What is said of a mistake, in one sentence: the key, what it is, and what is allowed."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import ValidationError

__all__ = [
    "MOST_BITS",
    "ConfigurationError",
    "describe_allowed",
    "dotted",
    "joined",
    "listed",
    "sentence",
    "shown",
    "unknown_key",
]

MOST_BITS = 1_000
"""Of an integer: the largest is about as large as the largest float."""


class ConfigurationError(ValueError):
    """Something in the configuration that cannot be; the message is one sentence."""


def unknown_key(key: str, allowed: Iterable[str], where: str = "") -> str:
    """Say that a key is not known, and which one may have been meant."""
    near = get_close_matches(key, allowed, n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"{joined(where, key)} is not a known key{hint}; allowed here: {', '.join(allowed)}"


def shown(value: Any) -> str:
    """Show a value on one line, shortened."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "an integer of over 300 digits"  # repr refuses one of over 4300
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def joined(path: str, key: str) -> str:
    """Append a key to a dotted path, in quotes if it could be mistaken for something else."""
    plain = key if re.fullmatch(r"[\w-]{1,60}", key) else shown(key)
    return f"{path}.{plain}" if path else plain


def listed(values: Iterable[Any]) -> str:
    """Name some values, the first of many."""
    texts = [value if isinstance(value, str) else shown(value) for value in values]
    more = [f"{len(texts) - 40} more"] if len(texts) > 40 else []
    return ", ".join(texts[:40] + more)


def sentence(error: ValidationError) -> str:
    """Say in one sentence what a schema error is about."""
    error = _innermost(error)
    path = dotted(error.absolute_path)
    keyword, schema, value = error.validator, error.schema, error.instance
    if keyword == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        return unknown_key(next(key for key in value if key not in allowed), allowed, path)
    if keyword == "required":
        missing = next(key for key in error.validator_value if key not in value)
        return f"{joined(path, missing)} is missing; it must be given"
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
        return f"{joined(path, value)} is not allowed as a name; allowed: {schema['allowed']}"
    if keyword in ("pattern", "maxLength"):
        return f"{path} is {shown(value)}; allowed: {schema['allowed']}"
    hint = ""
    if isinstance(value, str) and re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", value):
        hint = f" (YAML reads {value} as text; write {value.lower().replace('e', '.0e')})"
    elif isinstance(value, str) and re.fullmatch(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?", value):
        # after --config, Snakemake takes everything within {} as text
        hint = " (as text; write it without quotes, in a file)"
    return f"{path or 'config.yaml'} is {shown(value)}{hint}; allowed: {describe_allowed(schema)}"


def _innermost(error: ValidationError) -> ValidationError:
    """Return what is wrong in the form that a value has, of several that are allowed."""
    if error.validator != "anyOf" or "allowed" in error.schema:
        return error
    branches: dict[int, list[ValidationError]] = {}
    for part in error.context:
        branches.setdefault(part.schema_path[0], []).append(part)
    for parts in branches.values():
        if not any(part.validator == "type" and not part.path for part in parts):
            return _innermost(min(parts, key=lambda part: len(part.path)))
    return error


def describe_allowed(schema: Mapping[str, Any]) -> str:
    """Describe in words what a schema lets pass."""
    if "allowed" in schema:
        return schema["allowed"]
    if "anyOf" in schema:
        forms = (
            f"a mapping {{{', '.join(form['properties'])}}}"
            if "properties" in form
            else describe_allowed(form)
            for form in schema["anyOf"]
        )
        return " or ".join(dict.fromkeys(forms))
    if "enum" in schema or "const" in schema:
        return ", ".join(map(str, schema.get("enum", [schema.get("const")])))
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
        bounds.append(f"greater than {schema['exclusiveMinimum']:g}")
    if "minimum" in schema:
        bounds.append(f"at least {schema['minimum']:g}")
    if "maximum" in schema:
        bounds.append(f"at most {schema['maximum']:g}")
    described = words.get(schema.get("type", ""), "")
    return f"{described} {' and '.join(bounds)}" if bounds else described


def dotted(parts: Iterable[str | int]) -> str:
    """Return where something stands, as a person would write it."""
    path = ""
    for part in parts:
        path = f"{path}[{part}]" if isinstance(part, int) else joined(path, part)
    return path
