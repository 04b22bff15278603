"""The text of a configuration file, checked before anything else reads it.

YAML lets a second key of one name silently replace the first, and reads ``no`` as false and
``0100`` as 64; Snakemake evaluates expressions in a file that asks for it by ``__use_yte__``.  All
of this is refused here, with the line.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError
from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from flatminima_study.configuration.blocks import StudyBlock
from flatminima_study.configuration.refusals import (
    ConfigurationError,
    joined,
    shown,
    unknown_key,
)

__all__ = ["check_overlays", "read_text", "typed"]

TAG = "tag:yaml.org,2002:"

AS_A_PERSON_READS = {
    "int": "[-+]?(0|[1-9][0-9]*)",
    "float": r"(?i)[-+]?([0-9]+\.[0-9]*|\.[0-9]+)(e[-+][0-9]+)?|[-+]?\.inf|\.nan",
    "bool": "(?i)true|false",
    "timestamp": "(?!)",
}
"""The spellings that are allowed of what YAML 1.1 does not read as text."""


def read_text(path: str | Path, block: type = StudyBlock) -> dict[str, Any]:
    """Read a configuration file, as Snakemake does but strictly.

    Args:
        path: A YAML file, or a JSON file, which is YAML too.
        block: The dataclass that has its keys.

    Returns:
        Its content; of its keys only the outermost are checked.

    Raises:
        ConfigurationError: At the first thing that is wrong, with the file and the line.
    """
    try:
        return _load(_decoded(Path(path)), [field.name for field in fields(block)])
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        context = f"{error.context}, " if error.context else ""
        raise ConfigurationError(f"{path}{line}: {context}{error.problem}") from None
    except YAMLError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def check_overlays(base: str | Path, *overlays: str | Path) -> None:
    """Check the text of a configuration file and of those that are added to it.

    Raises:
        ConfigurationError: As `read_text`, or if an overlay changes the kind of a block and leaves
            keys of the old kind in it.
    """
    blocks = read_text(base)
    for path in overlays:
        for section, added in read_text(path).items():
            there = blocks.get(section)
            if not isinstance(added, dict) or not isinstance(there, dict):
                continue
            for name in added.keys() & there.keys():
                _check_kind(f"{path}: {section}.{name}", base, there[name], added[name])


def _check_kind(where: str, base: str | Path, there: Any, added: Any) -> None:
    if not isinstance(there, dict) or not isinstance(added, dict):
        return
    if there.get("kind") != added.get("kind", there.get("kind")):
        remaining = ", ".join(map(str, there.keys() - added.keys()))
        if remaining:
            raise ConfigurationError(
                f"{where} is of the kind {there.get('kind')} in {base}, whose keys remain "
                f"({remaining}); allowed: another name, or null for each of them"
            )


def typed(values: Any) -> Any:
    """Return what ``--config`` adds, with numbers in {} as numbers: Snakemake reads them as text.

    >>> typed({"training": {"gradient_tolerance": "1e-3", "runs_per_job": "20"}})
    {'training': {'gradient_tolerance': 0.001, 'runs_per_job': 20}}
    """
    if isinstance(values, Mapping):
        return {key: typed(value) for key, value in values.items()}
    if isinstance(values, list):
        return [typed(value) for value in values]
    if isinstance(values, str):
        if re.fullmatch(AS_A_PERSON_READS["int"], values):
            return int(values)
        if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", values):
            return values if re.match("[-+]?0[0-9]", values) else float(values)
        return {"true": True, "false": False, "null": None}.get(values, values)
    return values


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise YAMLError(f"the file cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        raise YAMLError(f"line {line} holds a byte that is not UTF-8 text") from None


def _load(text: str, allowed: list[str]) -> dict[str, Any]:
    try:
        loader = _StrictLoader(text)
    except ReaderError as error:
        line = 1 + text.count("\n", 0, error.position)
        character = f"U+{error.character:04X}"
        raise YAMLError(f"line {line} holds the character {character}; allowed: text") from None
    try:
        document = loader.get_single_node()
        if not isinstance(document, yaml.MappingNode):
            raise YAMLError("the file holds no keys; it must hold the study, or a part of it")
        for key, _ in document.value:
            if key.value not in (*allowed, "<<"):
                sentence = f"{joined('', key.value)} {unknown_key(key.value, allowed)}"
                raise _refused(sentence, key)
        return loader.construct_document(document)
    finally:
        loader.dispose()


def _refused(sentence: str, where: yaml.Node | yaml.Event) -> ComposerError:
    return ComposerError(problem=sentence, problem_mark=where.start_mark)


class _StrictLoader(yaml.SafeLoader):
    """Reads a document, and refuses what does not mean what it seems to."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        event = self.peek_event()
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _refused(f"the tag {shown(tag)} is not allowed; values have no tags", event)
        return super().compose_node(parent, index)

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused("a list or a mapping is not allowed as a key", key)
            kind = key.tag.removeprefix(TAG)
            if kind not in ("str", "merge") and not (kind == "int" and key.value.isdecimal()):
                read = _in_words(self.construct_object(key))
                raise _refused(f"YAML reads the key {key.value} as {read}; put it in quotes", key)
            line = key.start_mark.line + 1
            if key.value in lines:
                raise _refused(
                    f"the key {shown(key.value)} is there twice, first in line {lines[key.value]}; "
                    "allowed: once",
                    key,
                )
            lines[key.value] = line
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            value = super().construct_object(node, deep)
        except ValueError as error:  # such as the date 2024-13-01 or an integer of 5000 digits
            problem = f"{shown(node.value)} cannot be read ({str(error).splitlines()[0]})"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark) from None
        expected = AS_A_PERSON_READS.get(node.tag.removeprefix(TAG))
        if expected and not re.fullmatch(expected, node.value):
            problem = f"YAML reads {node.value[:60]} as {_in_words(value)}; {_instead(node, value)}"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark)
        return value


def _in_words(value: Any) -> str:
    """Say what YAML has read."""
    if isinstance(value, date):
        return f"the date {value}"
    return {"None": "nothing", "True": "true", "False": "false"}.get(str(value)) or shown(value)


def _instead(node: yaml.ScalarNode, value: Any) -> str:
    """Say what to write instead: what YAML has read, or the decimal number that a person reads."""
    if isinstance(value, date):
        return "put it in quotes"
    decimal = re.sub("^([-+]?)0+(?=[0-9])", r"\1", node.value.replace("_", ""))
    meant = [_in_words(value)] + [decimal] * (re.fullmatch("[-+]?[0-9.]+", decimal) is not None)
    return f"write {' or '.join(dict.fromkeys(meant))}, or put it in quotes"
