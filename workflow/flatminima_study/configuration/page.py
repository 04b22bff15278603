"""The page of documentation that describes every key of config.yaml.

To renew it: python -m flatminima_study.configuration.page
"""

import ast
import inspect
import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple, get_args

from flatminima.core.kinds import load, names
from flatminima_study.configuration.blocks import SECTIONS, KindBlock, StudyBlock
from flatminima_study.configuration.words import describe, hints_of, unwrapped

__all__ = ["PAGE", "Key", "describe_keys", "list_keys"]

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"

INTRODUCTION = """\
# The keys of config.yaml

This page is written by `python -m flatminima_study.configuration.page`. An unknown key is an error.
A key without a default is either required or optional; the description of an optional key says
what happens without it.

A grid `{from: 0.01, to: 1, count: 3, spacing: log}` has both ends and 2 to 10000 values. Its steps
are even if the spacing is `linear`, the default, and its ratios are even if the spacing is `log`.
What is drawn of a column is given by a list of values or, in `select`, by bounds
`{at_least: 0.1, at_most: 1}`, of which one may be left out.

A key or a block that is `null` is as if it were not there. So a file that `--configfile` adds can
drop one: `experiments: {own_data: null}`.

The file `paper.yaml` in the folder of a companion paper has a `title` and the same datasets,
experiments, measurements and figures.
"""


class Key(NamedTuple):
    """A row of the page; in its path a name that is free to choose is in angle brackets."""

    path: str
    allowed: str
    default: str
    description: str


def list_keys() -> dict[str, list[Key]]:
    """Return the keys of a configuration under the titles of their tables."""
    tables = {"Top level": list(_keys("", StudyBlock))}
    for section, block in SECTIONS.items():
        path = f"{section}.<{'id' if section == 'figures' else 'name'}>"
        tables |= _tables(section, path, block)
    return tables


def describe_keys() -> str:
    """Return the page, in Markdown."""
    text = INTRODUCTION
    for title, keys in list_keys().items():
        text += f"\n## {title}\n\n| key | allowed | default | description |\n|---|---|---|---|\n"
        for key in keys:
            cells = [f"`{key.path}`", *(cell.replace("|", r"\|") for cell in key[1:])]
            text += f"| {' | '.join(cells)} |\n"
    return text


def _tables(title: str, path: str, block: Any) -> dict[str, list[Key]]:
    """Return the tables of a block: its own keys, and those of each kind that may stand there."""
    inner, marks = unwrapped(block)
    if KindBlock in marks:
        family = marks[KindBlock].family
        kind = {
            name: Key(f"{path}.kind", name, "required", f"Which of the {family} it is.")
            for name in names(family)
        }
        return {
            f"{title}, kind {name}": [first, *_keys(path, load(family, name))]
            for name, first in kind.items()
        }
    tables = {title: list(_keys(path, inner))}
    for key, hint in hints_of(inner).items():
        if KindBlock in unwrapped(hint)[1]:
            tables |= _tables(f"{title}, {key}", f"{path}.{key}", hint)
    return tables


def _keys(path: str, block: type) -> Iterator[Key]:
    """Yield the keys of a block, each followed by those of the blocks in it."""
    described = _descriptions(block)
    hints = hints_of(block)
    for field in fields(block):
        here = f"{path}.{field.name}" if path else field.name
        hint = hints[field.name]
        yield Key(here, describe(hint), _default(field), described[field.name])
        inner = unwrapped(hint)[0]
        for place, part in [(here, inner), *((f"{here}[]", part) for part in get_args(inner))]:
            if is_dataclass(part):
                yield from _keys(place, part)


def _default(field: Field) -> str:
    if field.default is MISSING and field.default_factory is MISSING:
        return "required"
    if field.default in (MISSING, None, ()):
        return "optional"
    return f"`{json.dumps(field.default)}`"


def _descriptions(block: type) -> dict[str, str]:
    """Return the sentence that stands below each field of a dataclass, on one line."""
    found = {}
    for written in (base for base in block.__mro__ if is_dataclass(base)):
        (definition,) = ast.parse(dedent(inspect.getsource(written))).body
        for line, below in zip(definition.body, definition.body[1:], strict=False):
            if isinstance(line, ast.AnnAssign) and isinstance(below, ast.Expr):
                found.setdefault(line.target.id, " ".join(below.value.value.split()))
    return found


if __name__ == "__main__":
    PAGE.write_text(describe_keys(), encoding="utf-8")
