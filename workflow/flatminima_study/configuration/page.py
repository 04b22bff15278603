"""The page that describes every key of config.yaml, and the schema that editors complete by.

To renew both: python -m flatminima_study.configuration.page
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flatminima.kinds import names
from flatminima_study.configuration.refusals import describe_allowed
from flatminima_study.configuration.schema import FAMILIES, study_schema

__all__ = ["PAGE", "SCHEMA", "Key", "describe_keys", "list_keys", "whole_schema"]

PROJECT = Path(__file__).parents[3]
PAGE = PROJECT / "docs" / "configuration.md"
SCHEMA = PROJECT / "workflow" / "schemas" / "config.schema.json"

INTRODUCTION = """\
# The keys of config.yaml

Written from the kinds and blocks by `python -m flatminima_study.configuration.page`. An unknown
key is an error. A key that may be left out has its default, or is optional: its description then
says what leaving it out means, or nothing is drawn of it. A companion paper's file in
`workflow/papers/` has a `title` and the same datasets, experiments, measurements and figures.
"""


class Key(NamedTuple):
    """A key of the configuration.

    Attributes:
        path: Where it stands; a name that is free to choose is in angle brackets.
        allowed: What it can be.
        default: What it is when left out, or that it must or need not be given.
        description: What it means.
    """

    path: str
    allowed: str
    default: str
    description: str

    @property
    def name(self) -> str:
        """The key itself, without its path."""
        return self.path.rpartition(".")[2].removesuffix("[]")


def whole_schema() -> dict[str, Any]:
    """Return the schema of a configuration with the keys of all kinds."""
    return study_schema({family: names(family) for family in FAMILIES})


def list_keys(schema: Mapping[str, Any]) -> dict[str, list[Key]]:
    """Return the keys of a configuration under the titles of their tables."""
    sections = {"Top level": list(_keys("", schema))}
    for name, block in schema["properties"].items():
        entry = block.get("additionalProperties")
        if isinstance(entry, Mapping):
            path = f"{name}.<{'id' if name == 'figures' else 'name'}>"
            sections |= _block(name, path, entry)
        elif "properties" in block:
            sections[name] = list(_keys(name, block))
    return sections


def describe_keys(schema: Mapping[str, Any]) -> str:
    """Return the page, in Markdown."""
    text = INTRODUCTION
    for title, keys in list_keys(schema).items():
        text += f"\n## {title}\n\n| key | allowed | default | description |\n|---|---|---|---|\n"
        for key in keys:
            text += f"| `{key.path}` | {key.allowed} | {key.default} | {key.description} |\n"
    return text


def _block(title: str, path: str, block: Mapping[str, Any]) -> dict[str, list[Key]]:
    """Return the tables of a block: its own keys, or those of each of its kinds."""
    if "allOf" not in block:
        sections = {title: list(_keys(path, block))}
        for key, part in block["properties"].items():
            if "allOf" in part:
                sections |= _block(f"{title}, {key}", f"{path}.{key}", part)
        return sections
    sections = {}
    for variant in block["allOf"]:
        kind = variant["if"]["properties"]["kind"]["const"]
        common = block["properties"]["kind"] | {"enum": [kind]}
        then = variant["then"]
        keys = then | {
            "properties": then["properties"] | {"kind": common},
            "required": ["kind", *then.get("required", ())],
        }
        sections[f"{title}, kind {kind}"] = list(_keys(path, keys))
    return sections


def _keys(path: str, block: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the keys of a block, each followed by those below it."""
    for name, schema in block["properties"].items():
        here = f"{path}.{name}" if path else name
        if name in block.get("required", []):
            default = "required"
        elif schema.get("default") not in (None, [], {}):
            default = f"`{json.dumps(schema['default'])}`"
        else:
            default = "optional"
        yield Key(here, _allowed(schema), default, schema.get("description", ""))
        entry = schema.get("additionalProperties") or {}
        forms = [(here, form) for form in schema.get("anyOf", [schema])]
        forms += [(f"{here}.<column>", form) for form in entry.get("anyOf", [])]
        for place, form in forms:
            items = form.get("items", {})
            if "properties" in items:
                yield from _keys(f"{place}[]", items)
            elif "properties" in form and "allOf" not in form and path:
                yield from _keys(place, form)


def _allowed(schema: Mapping[str, Any]) -> str:
    """Describe in words what a schema lets pass, and the entries of a list."""
    text = describe_allowed(schema)
    each = describe_allowed(schema.get("items", {}))
    return f"{text}, each {each}" if each and "properties" not in schema["items"] else text


def main() -> None:
    """Write the page and the schema."""
    schema = whole_schema()
    PAGE.write_text(describe_keys(schema), encoding="utf-8")
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
