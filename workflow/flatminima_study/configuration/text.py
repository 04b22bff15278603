"""The text of a configuration file, checked before anything else reads it.

A YAML reader lets a second key of one name silently replace the first, takes ``no`` for false,
and grows without bound through aliases; Snakemake evaluates expressions in a file that asks for
it by ``__use_yte__``.  All of this is refused here, with the line.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError
from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from flatminima_study.configuration.refusals import ConfigurationError, shown, unknown_key
from flatminima_study.configuration.values import DEEPEST_NESTING, MOST_VALUES

__all__ = ["read_text"]

LARGEST_FILE = 1_000_000
"""Bytes; config.yaml has 20,000."""


CONFIG_KEYS = ("seed", "training", "papers", "datasets", "experiments", "measurements", "figures")
"""The keys of config.yaml."""


def read_text(path: str | Path, allowed: Sequence[str] = CONFIG_KEYS) -> dict[str, Any]:
    """Read a configuration file, as Snakemake does but strictly.

    Args:
        path: A YAML file, or a JSON file, which is YAML too.
        allowed: Its keys.

    Returns:
        Its content, not yet checked against the schema.

    Raises:
        ConfigurationError: At the first thing that is wrong, with the file and the line.
    """
    try:
        return _load(_decoded(Path(path)), allowed)
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        context = f"{error.context}, " if error.context else ""
        raise ConfigurationError(f"{path}{line}: {context}{error.problem}") from None
    except YAMLError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def _decoded(path: Path) -> str:
    if not path.is_file():
        raise YAMLError("there is no such file")
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise YAMLError(f"the file has {size} bytes; allowed: at most {LARGEST_FILE}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise YAMLError(f"the file cannot be read ({error.strerror})") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        raise YAMLError(f"line {line} holds a byte that is not UTF-8 text") from None


def _load(text: str, allowed: Sequence[str]) -> dict[str, Any]:
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
                raise _refused(unknown_key(key.value, allowed), key)
        return loader.construct_document(document)
    except RecursionError:
        raise YAMLError(f"the file nests more than {DEEPEST_NESTING} levels") from None
    finally:
        loader.dispose()


def _refused(sentence: str, where: yaml.Node | yaml.Event) -> ComposerError:
    return ComposerError(problem=sentence, problem_mark=where.start_mark)


class _StrictLoader(yaml.SafeLoader):
    """Reads a document, and refuses what does not mean what it seems to."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        # Of each finished node: the values in it and its depth, aliases written out.
        self._extents: dict[yaml.Node, tuple[int, int]] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node:
        event = self.peek_event()
        node = super().compose_node(parent, index)
        if isinstance(event, yaml.AliasEvent):
            if node not in self._extents:
                raise _refused(f"the alias *{event.anchor} stands inside its own anchor", event)
            return node
        if event.tag is not None:
            raise _refused(f"the tag {shown(event.tag)} is not allowed; values have no tags", event)
        self._extents[node] = self._extent(node)
        values, depth = self._extents[node]
        if values > MOST_VALUES:
            raise _refused(f"{values} values, aliases included; allowed: {MOST_VALUES}", event)
        if depth > DEEPEST_NESTING:
            raise _refused(f"{depth} levels of nesting; allowed: {DEEPEST_NESTING}", event)
        return node

    def _extent(self, node: yaml.Node) -> tuple[int, int]:
        if isinstance(node, yaml.ScalarNode):
            return 1, 0
        children = node.value
        if isinstance(node, yaml.MappingNode):
            children = [child for pair in node.value for child in pair]
        extents = [self._extents[child] for child in children]
        values = 1 + sum(values for values, _ in extents)
        return values, 1 + max((depth for _, depth in extents), default=0)

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused("a list or a mapping is not allowed as a key", key)
            if not _reads_as_written(key):
                raise _refused(
                    f"YAML does not read the key {shown(key.value)} as text; put it in quotes", key
                )
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
            return super().construct_object(node, deep)
        except ValueError as error:  # such as the date 2024-13-01 or an integer of 5000 digits
            problem = f"{shown(node.value)} cannot be read ({str(error).splitlines()[0]})"
            raise ConstructorError(problem=problem, problem_mark=node.start_mark) from None


def _reads_as_written(key: yaml.ScalarNode) -> bool:
    """Whether a key is text, a merge, or an integer that is written as Python writes it."""
    kind = key.tag.removeprefix("tag:yaml.org,2002:")
    return kind in ("str", "merge") or (
        kind == "int" and re.fullmatch("0|[1-9][0-9]*", key.value) is not None
    )
