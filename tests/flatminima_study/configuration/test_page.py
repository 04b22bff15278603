"""The page of the configuration's keys is current, and config.yaml explains each key itself."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from flatminima_study.configuration.page import (
    PAGE,
    SCHEMA,
    describe_keys,
    list_keys,
    whole_schema,
)
from flatminima_study.configuration.study import PAPERS

PROJECT = Path(__file__).parents[3]
WHOLE = whole_schema()
KEYS = list_keys(WHOLE)


def test_the_page_and_the_schema_are_current():
    command = "python -m flatminima_study.configuration.page"
    assert PAGE.read_text() == describe_keys(WHOLE), command
    assert json.loads(SCHEMA.read_text()) == WHOLE, command


def test_an_editor_is_told_the_schema_of_config_yaml():
    first = (PROJECT / "config.yaml").read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.relative_to(PROJECT)}"
    Draft202012Validator.check_schema(WHOLE)


def test_every_property_of_the_schema_is_on_the_page():
    def properties(node):
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield from node["properties"]
            for value in node.values():
                yield from properties(value)
        elif isinstance(node, list):
            for value in node:
                yield from properties(value)

    on_the_page = {key.name for keys in KEYS.values() for key in keys}
    assert set(properties(WHOLE)) == on_the_page


@pytest.mark.parametrize("title", KEYS)
def test_every_key_says_what_it_means_and_what_is_allowed(title):
    assert KEYS[title]
    for key in KEYS[title]:
        assert key.description.endswith("."), key
        assert key.allowed, key


@pytest.mark.parametrize("title", KEYS)
def test_the_default_configuration_names_every_key_where_it_can_stand(title):
    """In its part of config.yaml, or in a companion paper that is made too."""
    whole = (PROJECT / "config.yaml").read_text()
    parts = dict(re.findall(r"^# -+ (\w+)$(.*?)(?=^# -+ \w+$|\Z)", whole, re.MULTILINE | re.DOTALL))
    assert parts.keys() == {"datasets", "experiments", "measurements", "figures"}
    text = parts.get(title.partition(",")[0], whole)
    text += "".join(path.read_text() for path in sorted(PAPERS.glob("*.yaml")))
    assert {key.name for key in KEYS[title] if not re.search(rf"\b{key.name}\b", text)} == set()
