"""Any configuration is either planned or refused with one sentence that names the key.

Thousands of mutated studies go through the real validation, and what it accepts through all
that a dry run computes of it.
"""

import json
import math
import re
import string
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flatminima_study.configuration import ConfigurationError, parse_study
from flatminima_study.pages.explorer_words import explorer_words
from flatminima_study.planning.costs import JobEstimate, estimate_measurement, estimate_training
from tests.study_folder import whole_preset, write_own_data

PROJECT = Path(__file__).parents[3]
DEFAULT = yaml.safe_load((PROJECT / "config.yaml").read_text()) | {"papers": []}
PRESET = whole_preset()
PLAIN_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_]*(/[a-z_]+_[0-9][0-9a-z_.+-]*)+")

NAMES = [
    *("a/b", "..", "a;b", "$(id)", "`id`", 'a"b', "a'b", "a\nb", "a\n", "a\0b", "-x", "", " "),
    *("é", "名前", "\u202ea", "\ud800", "x" * 61, "x" * 100_000, "{wildcard}", "<path>", "a|b"),
    *("all", "make_dataset", "Gaussian", "CON", "nul", "figure_1a", "class", "None", "e1", "2"),
]
NUMBERS = [
    *(0, -0.0, -1, 1, 2, 1.0, 50.0, 5e-324, 1e-300, 1e308, 1e300, 10**9, 10**12, 2**64, 10**18),
    *(10**400, -(10**5000), math.nan, math.inf, -math.inf, 0.1 + 1e-16, 0.30000000000000004),
]
OTHERS = [
    *(True, False, None, [], {}, b"bytes", (1, 2), {1, 2}, 1j, object, date(2024, 1, 1)),
    *("1e-3", "no", "?1+1", "__import__('os')", "x" * 1_000_000, "../../etc/passwd", "/dev/zero"),
    *("mine.csv", "results/x.csv", ".", "a\0.csv", "linear", "mlp", "residual", "log", "scatter"),
    {"from": 1, "to": 2, "count": 10**12},
    {"from": 1, "to": 2, "count": 10**4},
    {"from": 1e-300, "to": 1e300, "count": 9.0, "spacing": "log"},
    {"from": 5e-324, "to": 1e300, "count": 50, "spacing": "log"},
    {"at_least": 10**400},
    {"at_least": -0.0, "at_most": 1e308},
    [0, -0.0],
    [0.1, 0.1 + 1e-14],
    [1, True],
    list(range(1, 900)),
    [1] * 1_000_000,
    [{"learning_rate": 1}] * 2_000,
    [[1], [1]],
]  # fmt: skip


def nested(depth: int) -> Any:
    value: Any = 1
    for level in range(depth):
        value = [value] if level % 2 else {"kind": value}
    return value


def swollen(levels: int) -> Any:
    """A billion values that take no room: each list holds the one before nine times."""
    value: Any = 1
    for _ in range(levels):
        value = [value] * 9
    return value


OTHERS += [nested(13), nested(5_000), swollen(5), swollen(11)]

values = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS + OTHERS),
    st.sampled_from(NAMES),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
names = st.one_of(
    st.sampled_from(NAMES),
    st.text(string.printable, max_size=8),
    st.integers(0, 9),
    st.sampled_from([None, True, 1.5, (1,)]),
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """The path to everything inside a configuration."""
    items: list[tuple] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [
        found
        for key, item in items
        for found in [(*path, key), *places(item, (*path, key))]
    ]  # fmt: skip


def at(config: Any, path: tuple) -> Any:
    for part in path:
        config = config[part]
    return config


def mutate(config: dict, path: tuple, kind: str, other: tuple, value: Any, name: Any) -> None:
    """Change one thing; a place that an earlier change took away is left alone."""
    try:
        block, last, there = at(config, path[:-1]), path[-1], at(config, path)
        elsewhere, end, that = at(config, other[:-1]), other[-1], at(config, other)
    except (KeyError, IndexError, TypeError):
        return
    if isinstance(block, str) or isinstance(elsewhere, str):  # whose letters have places too
        return
    if kind == "drop":
        del block[last]
    elif kind == "replace":
        block[last] = value
    elif kind == "triple":  # a number stays plausible; text and lists repeat
        block[last] = there * 3 if isinstance(there, int | float | str | list) else there
    elif kind == "wrap":
        block[last] = [there]
    elif kind == "swap":
        # copies: one block inside another would never end
        block[last], elsewhere[end] = deepcopy(that), deepcopy(there)
    elif isinstance(block, list):
        block.append(there)
    elif kind == "rename":
        block[name] = block.pop(last)
    elif kind == "duplicate":
        block[name] = there


def slices(config: dict) -> list[dict]:
    """Cut a study into small ones, which are checked ten times as fast: one experiment or one
    measurement each, with its figures and what else these are drawn from."""
    first = next(iter(config["experiments"]))
    wanted = [([name], set()) for name in config["experiments"]]
    for name, block in config["measurements"].items():
        keys = [key for key in ("experiment", "decay") if isinstance(block.get(key), list)]
        named = [experiment for key in keys for experiment in block[key]]
        wanted.append((named or [first], {name}))
    return [_slice(config, experiments, measurements) for experiments, measurements in wanted]


def _slice(config: dict, experiments: list[str], measurements: set[str]) -> dict:
    figures = {
        name: figure
        for name, figure in config["figures"].items()
        if figure.get("experiment") in experiments or figure.get("measurement") in measurements
    }
    beside = {figure["brackets"] for figure in figures.values() if "brackets" in figure} | {
        part["measurement"]
        for figure in figures.values()
        for part in figure.get("beside", ())
        if "measurement" in part
    }
    return config | {
        "experiments": {name: config["experiments"][name] for name in experiments},
        "measurements": {
            name: block
            for name, block in config["measurements"].items()
            if name in measurements | beside
        },
        "figures": figures,
    }


STUDIES = [PRESET, *slices(PRESET), *slices(DEFAULT)]


KINDS = ["replace", "replace", "triple", "triple", "drop", "wrap", "swap", "rename", "duplicate"]


def mutations(config: dict):
    everywhere = st.sampled_from(places(config))
    change = st.tuples(
        everywhere,
        st.sampled_from(KINDS),
        everywhere,
        values,
        names,
    )
    return st.tuples(st.just(config), st.lists(change, min_size=1, max_size=3))


def assert_is_one_sentence(message: str) -> None:
    assert message.splitlines() == [message]
    assert not re.search(r"[\x00-\x1f\ud800-\udfff]", message)
    assert len(message) < 1500
    assert re.match("|".join(DEFAULT), message) or re.search(r"^.{,70} is not a known key", message)


def plan(config: dict) -> None:
    """Compute what a dry run computes of a study."""
    study = parse_study(config)
    for experiment in study.experiments.values():
        runs = 0
        for name, job in experiment.jobs.items():
            assert PLAIN_PATH.fullmatch(name), name
            assert len(name) < 250
            check_estimate(estimate_training(job))
            runs += job.runs
        assert runs == sum(
            len(list(experiment.optimiser.settings(size.samples)))
            * len(experiment.network.depth)
            * len(experiment.network.width or (0,))
            * len(experiment.init_scales)
            * len(block.learning_rates)
            * block.repetitions
            for size in experiment.datasets.values()
            for block in experiment.sweep
        )
    for measurement in study.measurements.values():
        names = measurement.referred("datasets")
        sizes = {name: study.datasets[name].size() for name in names}
        check_estimate(estimate_measurement(measurement, sizes))
    told = [*study.datasets.values(), *study.measurements.values(), *study.figures.values()]
    told += [part for one in study.experiments.values() for part in (one.network, one.optimiser)]
    json.dumps([kind.plain() for kind in told], allow_nan=False)
    json.dumps([study.summaries, explorer_words(study)], allow_nan=False)


def check_estimate(estimate: JobEstimate) -> None:
    """A cluster is asked for whole minutes and megabytes, of which it has less than 10^30."""
    assert 0 < estimate.minutes < 1e30
    assert 0 < estimate.megabytes < 1e30


def plan_or_refuse(config: dict) -> bool:
    try:
        plan(config)
    except ConfigurationError as error:
        assert_is_one_sentence(str(error))
        return False
    return True


@pytest.fixture(autouse=True, scope="module")
def folder_with_data(tmp_path_factory):
    """The preset reads mine.csv beside it."""
    folder = tmp_path_factory.mktemp("study")
    write_own_data(folder / "mine.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


def test_the_studies_that_are_mutated_are_sound():
    assert all(plan_or_refuse(study) for study in STUDIES)


def test_a_mutated_study_is_planned_or_refused():
    counts = {True: 0, False: 0}

    # a hang would be longer than this by far, a busy machine is not
    @settings(
        max_examples=max(3000, settings().max_examples),
        deadline=20_000,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(STUDIES).flatmap(mutations))
    def search(mutated):
        study, changes = mutated
        config = deepcopy(study)
        # replacements last, the deepest first: no change goes into what another one put there
        for change in sorted(changes, key=lambda change: (change[1] == "replace", -len(change[0]))):
            mutate(config, *change)
        counts[plan_or_refuse(config)] += 1

    search()
    assert min(counts.values()) > 300, counts
