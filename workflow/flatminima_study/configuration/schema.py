"""The JSON schema of a configuration, generated from the kinds and blocks.

To renew its file, for editors that complete by it, and the page of keys:

    python -m flatminima_study.configuration.page
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, validators
from pydantic import TypeAdapter

from flatminima.kinds import load, names
from flatminima_study.configuration.blocks import ExperimentBlock, Training
from flatminima_study.configuration.refusals import ConfigurationError, sentence

__all__ = ["FAMILIES", "check_schema", "named_kinds", "paper_schema", "study_schema"]

FAMILIES = ("datasets", "measurements", "figures", "networks", "optimisers")
"""The families that have blocks in a configuration."""

# Names become paths, wildcards and words on command lines. In Python's regular expressions
# $ matches before a newline at the end, too: $(?!\n) does not. Snakemake takes a wildcard that
# ends in twenty repetitions for an endless recursion.
NAME = {
    "type": "string",
    "pattern": r"^(?!.*(.+)\1{19}$)[A-Za-z][A-Za-z0-9_]*$(?!\n)",
    "maxLength": 60,
    "allowed": "a plain name, of at most 60 letters, digits and underscores, that starts with a "
    "letter and does not end in 20 repetitions",
}
FIGURE_ID = {
    "type": "string",
    "pattern": r"^(?!.*(.+)\1{19}$)[A-Za-z0-9][A-Za-z0-9_-]*$(?!\n)",
    "maxLength": 60,
    "allowed": "a plain id, of at most 60 letters, digits, underscores and dashes, that does not "
    "end in 20 repetitions",
}

Kinds = Mapping[str, Iterable[str]]


def study_schema(kinds: Kinds) -> dict[str, Any]:
    """Return the schema of config.yaml.

    Args:
        kinds: For each family the kinds whose keys are written out.
    """
    sections = _sections(kinds)
    for name in ("datasets", "experiments"):
        sections[name]["minProperties"] = 1
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the study",
        "description": "Every key of config.yaml. An unknown key is an error.",
        "type": "object",
        "additionalProperties": False,
        "required": ["seed", "training", *sections],
        "properties": {
            "seed": {
                "description": "The seed of the whole study; every dataset and run derives its "
                "own from it.",
                "type": "integer",
                "minimum": 0,
                "maximum": 18446744073709551615,
            },
            "training": {"description": "What holds for every training job."}
            | _block_schema(Training, kinds),
            "papers": {
                "description": "Companion papers that are made too: files of workflow/papers, "
                "without ending.",
                "type": "array",
                "default": [],
                "uniqueItems": True,
                "items": NAME,
            },
            **sections,
        },
    }


def paper_schema(kinds: Kinds) -> dict[str, Any]:
    """Return the schema of a companion paper's file."""
    title = {"type": "string", "pattern": r"^[\w ,.:'()-]+$(?!\n)", "maxLength": 60}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["title"],
        "properties": {
            "title": title
            | {
                "description": "What the report and the explorer call the paper.",
                "allowed": "a heading of one line, of 1 to 60 characters",
            },
            **_sections(kinds),
        },
    }


def named_kinds(config: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return the kinds of each family that a configuration, not yet checked, names."""

    def blocks(section: Any) -> list:
        return list(section.values()) if isinstance(section, Mapping) else []

    experiments = blocks(config.get("experiments"))
    found = {
        family: blocks(config.get(family)) for family in ("datasets", "measurements", "figures")
    } | {
        f"{key}s": [block.get(key) for block in experiments if isinstance(block, Mapping)]
        for key in ("network", "optimiser")
    }
    return {
        family: {
            kind
            for block in blocks_of
            if isinstance(block, Mapping)
            and isinstance(kind := block.get("kind"), str)
            and kind in names(family)
        }
        for family, blocks_of in found.items()
    }


# To a schema 50.0 is an integer, but to range() and to NumPy it is not.
_Validator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def check_schema(config: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Refuse what a schema refuses, in a sentence of the outermost key that is wrong."""
    errors = sorted(
        _Validator(schema).iter_errors(config),
        key=lambda error: (len(error.path), str(error.path)),
    )
    if errors:
        raise ConfigurationError(sentence(errors[0]))


def _sections(kinds: Kinds) -> dict[str, Any]:
    """Return the schemas of the parts that hold blocks by name."""
    entries = {
        "datasets": ("The data, by name.", NAME, _family_schema("datasets", kinds)),
        "experiments": (
            "What is trained, by name. Each experiment is a target.",
            NAME,
            _block_schema(ExperimentBlock, kinds),
        ),
        "measurements": (
            "What is measured of the theory, by name. Together they are judged in claims.csv.",
            NAME,
            _family_schema("measurements", kinds),
        ),
        "figures": (
            "What is drawn, by id. The figure `1a` is the target `figure_1a`.",
            FIGURE_ID,
            _family_schema("figures", kinds),
        ),
    }
    return {
        name: {
            "description": description,
            "type": "object",
            "propertyNames": pattern,
            "additionalProperties": entry,
        }
        for name, (description, pattern, entry) in entries.items()
    }


def _family_schema(family: str, kinds: Kinds) -> dict[str, Any]:
    """Return the schema of a block whose `kind` decides about its other keys."""
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {
                "description": f"Which of the {family} it is; each is described below.",
                "enum": list(names(family)),
            }
        },
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind}}},
                "then": _kind_schema(load(family, kind)),
            }
            for kind in sorted(kinds.get(family, ()))
        ],
    }


@cache
def _kind_schema(kind: type) -> dict[str, Any]:
    """Return the schema of a kind's block; what `kind` itself may be is said beside it."""
    schema = _block_schema(kind, {})
    return schema | {"properties": {"kind": True} | schema["properties"]}


def _block_schema(block: type, kinds: Kinds) -> dict[str, Any]:
    """Return the schema of a dataclass."""
    schema = _generated(block)
    schema = _plain(schema, schema.get("$defs", {}), kinds)
    # the description is that of the class, for those who read its code
    return {key: value for key, value in schema.items() if key not in ("$defs", "description")}


@cache
def adapter(block: type) -> TypeAdapter:
    """Return what checks and builds a dataclass."""
    return TypeAdapter(block)


@cache
def _generated(block: type) -> dict[str, Any]:
    return adapter(block).json_schema()


def _plain(node: Any, definitions: Mapping[str, Any], kinds: Kinds) -> Any:
    """Return a part of a schema without references, titles, or the value that no key has."""
    if isinstance(node, list):
        return [_plain(item, definitions, kinds) for item in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].removeprefix("#/$defs/")]
        node = target | {key: value for key, value in node.items() if key != "$ref"}
    if "family" in node:
        node = node | _family_schema(node["family"], kinds)
    node = {
        key: value if key == "properties" else _plain(value, definitions, kinds)
        for key, value in node.items()
        if key not in ("title", "family")
    }
    if "properties" in node:
        node["properties"] = {
            key: _plain(value, definitions, kinds) for key, value in node["properties"].items()
        }
    if {"type": "null"} in node.get("anyOf", []):
        forms = [form for form in node.pop("anyOf") if form != {"type": "null"}]
        form = forms[0] if len(forms) == 1 else {"anyOf": forms}
        node = form | {key: value for key, value in node.items() if key != "default"}
    return node
