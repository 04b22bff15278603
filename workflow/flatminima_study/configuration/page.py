"""A page that describes every key of config.yaml, written from its schema.

To renew it: python -m flatminima_study.configuration_page > docs/configuration.md
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flatminima_study.config_schema import describe_allowed, load_schema

__all__ = ["Key", "describe_schema", "list_keys"]

INTRODUCTION = """\
# The keys of config.yaml

Written from `workflow/schemas/config.schema.yaml` by
`python -m flatminima_study.configuration_page`. An unknown key is an error. A key that may
be left out has its default, or is optional: its description then says what leaving it out
means, or nothing is drawn of it.
"""

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
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


def list_keys(schema: Schema) -> dict[str, list[Key]]:
    """Return the keys of a configuration under the titles of their tables.

    Args:
        schema: The content of the schema's file.
    """
    whole = _resolved(schema, schema["$defs"])
    sections = {"Top level": list(_keys("", whole))}
    for name, block in whole["properties"].items():
        if "properties" in block:
            sections[name] = list(_keys(name, block))
            continue
        entry = block.get("additionalProperties")
        if not entry:
            continue
        path = f"{name}.<{'id' if name == 'figures' else 'name'}>"
        if "allOf" not in entry:
            sections[name] = list(_keys(path, entry))
        for variant in entry.get("allOf", []):
            kind = variant["if"]["properties"]["kind"]
            kinds = [kind["const"]] if "const" in kind else kind["enum"]
            # `true` stands for what is said of the key for all kinds
            common = entry["properties"] | {"kind": {**entry["properties"]["kind"], "enum": kinds}}
            properties = {
                key: common[key] if value is True else value
                for key, value in variant["then"]["properties"].items()
            }
            required = [*entry["required"], *variant["then"]["required"]]
            block = {"properties": properties, "required": required}
            sections[f"{name}, kind {' or '.join(kinds)}"] = list(_keys(path, block))
    for name, definition in whole["$defs"].items():
        if isinstance(definition.get("type"), list) and "properties" in definition:
            title = f"{name.replace('_', ' ').capitalize()}, as a mapping"
            sections[title] = list(_keys("", definition))
    return sections


def describe_schema(schema: Schema) -> str:
    """Return the page, in Markdown.

    Args:
        schema: The content of the schema's file.
    """
    text = INTRODUCTION
    for title, keys in list_keys(schema).items():
        text += f"\n## {title}\n\n| key | allowed | default | description |\n|---|---|---|---|\n"
        for key in keys:
            text += f"| `{key.path}` | {key.allowed} | {key.default} | {key.description} |\n"
    return text


def _keys(path: str, block: Schema) -> Iterator[Key]:
    """Yield the keys of a block, each followed by those below it."""
    for name, schema in block["properties"].items():
        here = f"{path}.{name}" if path else name
        if name in block.get("required", []):
            default = "required"
        elif "default" in schema:
            default = f"`{json.dumps(schema['default'])}`"
        else:
            default = "optional"
        yield Key(here, _allowed(schema), default, schema.get("description", ""))
        items = schema.get("items", {})
        if schema.get("type") == "object" and "properties" in schema and path:
            yield from _keys(here, schema)
        elif "properties" in items:
            yield from _keys(f"{here}[]", items)


def _allowed(schema: Schema) -> str:
    """Describe in words what a schema lets pass, and the entries of a list."""
    text = describe_allowed(schema)
    items = schema.get("items", {})
    each = describe_allowed(items)
    if each and "properties" not in items and not text.startswith(each):
        text += f", each {each}"
    return text


def _resolved(node: Any, definitions: Schema) -> Any:
    """Return a part of a schema with every reference replaced by what it refers to."""
    if isinstance(node, list):
        return [_resolved(item, definitions) for item in node]
    if not isinstance(node, Mapping):
        return node
    while "$ref" in node:
        target = definitions[node["$ref"].removeprefix("#/$defs/")]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _resolved(value, definitions) for key, value in node.items()}


if __name__ == "__main__":
    print(describe_schema(load_schema()), end="")
