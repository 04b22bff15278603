"""The page of the configuration's keys is current, and config.yaml explains each key itself."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from flatminima.core.kinds import load, names
from flatminima_study.configuration.page import PAGE, describe_keys, list_keys
from flatminima_study.configuration.study import PAPERS

PROJECT = Path(__file__).parents[3]
KEYS = list_keys()
TITLES = {
    "datasets": "datasets",
    "networks": "experiments, network",
    "optimisers": "experiments, optimiser",
    "measurements": "measurements",
    "figures": "figures",
}
KINDS = [(family, name) for family in TITLES for name in names(family)]


def test_the_page_is_current():
    assert PAGE.read_text() == describe_keys(), "python -m flatminima_study.configuration.page"


def test_every_table_of_the_page_is_a_table_in_markdown():
    """A row is one line of four cells; a bar inside a cell is escaped."""
    tables = re.findall(r"^## .*\n\n((?:.+\n)+)", describe_keys(), re.MULTILINE)
    assert len(tables) == len(KEYS)
    for table, keys in zip(tables, KEYS.values(), strict=True):
        rows = table.splitlines()
        assert len(rows) == 2 + len(keys)
        for row in rows:
            assert len(re.split(r"(?<!\\)\|", row)) == 6, row


@pytest.mark.parametrize(("family", "name"), KINDS)
def test_every_key_of_a_kind_is_on_the_page(family, name):
    keys = {key.path for key in KEYS[f"{TITLES[family]}, kind {name}"]}
    place = min(keys, key=len).rpartition(".")[0]
    assert {f"{place}.{field.name}" for field in fields(load(family, name))} < keys


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
    text += "".join(path.read_text() for path in sorted(PAPERS.glob("*/paper.yaml")))
    keys = {key.path.rpartition(".")[2] for key in KEYS[title]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == set()
