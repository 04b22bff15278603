"""What no schema sees, or would take an endless time to see."""

import math
from collections.abc import Mapping
from typing import Any

from flatminima_study.configuration.refusals import MOST_BITS, ConfigurationError, joined, shown

__all__ = ["DEEPEST_NESTING", "MOST_VALUES", "check_values"]

MOST_VALUES = 100_000
DEEPEST_NESTING = 12
LONGEST_LIST = 1_000
LONGEST_KEY = 100


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
            waiting += [(joined(path, key), depth + 1, value[key]) for key in reversed(value)]
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
