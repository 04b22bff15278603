"""What is said of a mistake, in one sentence: the key, what it is, and what is allowed."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from reprlib import Repr
from typing import Any

import yaml

from flatminima.core.kinds import Misfit

__all__ = [
    "ConfigurationError",
    "joined",
    "listed",
    "located",
    "number_hint",
    "shown",
    "unknown_key",
    "unknown_kind",
]


MOST_LISTED = 40
"""The most kinds that a refusal names one by one."""


class ConfigurationError(ValueError):
    """Something in the configuration that cannot be; the message is one sentence."""


class _Brief(Repr):
    """Shows the beginning of a value, however large it is."""

    maxlevel = 3

    def repr_int(self, value: int, level: int) -> str:
        # Python refuses to write an integer of over 4300 digits.
        return repr(value) if value.bit_length() <= 1000 else "an integer of over 300 digits"


def shown(value: Any) -> str:
    """Show a value on one line, shortened.

    >>> shown([1, "two"])
    "[1, 'two']"
    """
    brief = _Brief()
    brief.maxstring = brief.maxother = 1000
    text = brief.repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def joined(path: str, key: Any) -> str:
    """Append a key or the place in a list to a path, in quotes if it could be mistaken for more.

    >>> joined(joined("experiments.gaussian.sweep", 0), "steps")
    'experiments.gaussian.sweep[0].steps'
    """
    if isinstance(key, int):
        return f"{path}[{shown(key)}]"
    text = key if isinstance(key, str) and re.fullmatch(r"[\w-]{1,60}", key) else shown(key)
    return f"{path}.{text}" if path else text


def located(path: str, misfit: Misfit) -> str:
    """Say of a key that does not fit where it stands."""
    where = ".".join(filter(None, (path, misfit.key))) or "config.yaml"
    return f"{where} {misfit.problem}"


def listed(values: Iterable[Any]) -> str:
    """Name some values, the first of many."""
    texts = [value if isinstance(value, str) else shown(value) for value in values]
    more = [f"{len(texts) - 40} more"] if len(texts) > 40 else []
    return ", ".join(texts[:40] + more)


def unknown_kind(kind: Any, allowed: Sequence[str]) -> str:
    """Return the end of a refusal of a kind: the nearest one, and all, or where all are listed."""
    near = get_close_matches(kind, allowed, n=1) if isinstance(kind, str) else []
    hint = f" (did you mean {near[0]}?)" if near else ""
    if len(allowed) > MOST_LISTED:
        return f"{hint}; allowed: one of the {len(allowed)} kinds in docs/configuration.md"
    return f"{hint}; allowed: {', '.join(allowed)}"


def unknown_key(key: Any, allowed: Iterable[str]) -> str:
    """Say that a key is not known, and which one may have been meant."""
    near = get_close_matches(key, allowed, n=1) if isinstance(key, str) else []
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"is not a known key{hint}; allowed here: {', '.join(allowed)}"


def number_hint(value: Any) -> str:
    """Say of a text that looks like a number how to write the number.

    >>> number_hint("1e-7")
    ' (YAML reads 1e-7 as text; write 1.0e-07)'
    """
    number = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"
    if not isinstance(value, str) or len(value) > 60 or not re.fullmatch(number, value):
        return ""
    if isinstance(yaml.safe_load(value), str):
        whole = float(value).is_integer() and abs(float(value)) < 1e15
        written = yaml.safe_dump(int(float(value)) if whole else float(value)).split()[0]
        return f" (YAML reads {value} as text; write {written})"
    # After --config, Snakemake takes everything within {} as text.
    return " (as text; write it without quotes, in a file)"
