"""A block is built from its keys, or refused with the path and what is allowed there."""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from annotated_types import Ge, Le, Len
from hypothesis import assume, given
from hypothesis import strategies as st

from flatminima.core.kinds import BatchSizes, Matches, PositiveNumbers, Reference, Scales, Values
from flatminima_study.configuration import ConfigurationError
from flatminima_study.configuration.checks import Referred, build


@dataclass(frozen=True)
class Inner:
    rate: PositiveNumbers
    steps: Annotated[int, Ge(1), Le(9)] | None = None


@dataclass(frozen=True)
class Block:
    number: float = 0.0
    flag: bool = False
    word: Annotated[str, Matches("[a-z]+", "a small word", 5)] = "word"
    scale: Scales = (0.0,)
    batch_size: BatchSizes = (1,)
    inner: tuple[Inner, ...] = ()
    pair: Annotated[tuple[Literal["a", "b"], ...], Len(2, 2)] = ("a", "b")
    table: Annotated[str, Reference("tables", frozenset({"x"}))] | None = None
    select: Annotated[dict[str, Any], Values(bounds=True)] | None = None


KNOWN = {"tables": {"short": Referred("a_short", frozenset({"x", "y"})), "y": Referred("y")}}


def built(**values):
    return build(Block, values, "block", KNOWN)


@pytest.mark.parametrize(
    ("key", "value", "is_built"),
    [
        ("number", 1, 1.0),
        ("scale", 0.5, (0.5,)),
        ("scale", [-0.0, 1], (0.0, 1.0)),
        ("scale", [1, 0.5], (1.0, 0.5)),
        ("scale", {"from": 0, "to": 1, "count": 3}, (0.0, 0.5, 1.0)),
        ("batch_size", "full", ("full",)),
        ("batch_size", [2, "full"], (2, "full")),
        ("inner", [{"rate": 1, "steps": 3}], (Inner((1.0,), 3),)),
        ("table", "short", "a_short"),
        ("select", {"a": [1, 2.5, "b"]}, {"a": [1, 2.5, "b"]}),
        ("select", {"a": {"at_most": 3}}, {"a": {"at_most": 3}}),
    ],
)
def test_what_is_built(key, value, is_built):
    found = getattr(built(**{key: value}), key)
    assert repr(found) == repr(is_built)  # whose numbers have their types


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("number", math.nan, "block.number is nan; allowed: a number"),
        ("number", -math.inf, "block.number is -inf; allowed: a number"),
        ("number", 10**400, "block.number is an integer of over 300 digits; allowed: a number"),
        ("number", True, "block.number is True; allowed: a number"),
        ("number", "1e3", "block.number is '1e3' (YAML reads 1e3 as text; write 1000); allowed: a"),
        ("flag", 1, "block.flag is 1; allowed: true or false"),
        ("word", "wordy\n", "block.word is 'wordy\\n'; allowed: a small word"),
        ("word", "sixsix", "block.word is 'sixsix'; allowed: a small word"),
        ("wrd", 3, "block.wrd is not a known key (did you mean word?); allowed here: number, fl"),
        ("scale", -1, "block.scale is -1; allowed: a number at least 0 and at most 1e+300, one or"),
        ("scale", [1, -1], "block.scale[1] is -1; allowed: a number at least 0 and at most 1e+300"),
        ("scale", [], "block.scale is []; allowed: at least 1 value(s)"),
        ("scale", [1, 1.0], "block.scale holds 1 twice, to 12 digits; allowed: each value once"),
        ("scale", {"from": 1, "to": 2}, "block.scale.count is missing; it must be given"),
        ("scale", {"from": -1, "to": 1, "count": 2}, "block.scale is {"),
        ("batch_size", {"from": 1}, "block.batch_size is {'from': 1}; allowed: an integer at lea"),
        ("batch_size", 0, "block.batch_size is 0; allowed: an integer at least 1 and at most 1e+"),
        ("inner", 3, "block.inner is 3; allowed: a list"),
        ("inner", [3], "block.inner[0] is 3; allowed: a mapping of keys"),
        ("inner", [{"steps": 3}], "block.inner[0].rate is missing; it must be given"),
        ("inner", [{"rate": [1, "x"]}], "block.inner[0].rate[1] is 'x'; allowed: a number great"),
        ("inner", [{"rate": 1, "steps": None}], "block.inner[0].steps is None; allowed: an integ"),
        ("pair", ["a"], "block.pair is ['a']; allowed: at least 2 value(s)"),
        ("pair", ["a", "b", "a"], "block.pair is ['a', 'b', 'a']; allowed: at most 2 values"),
        ("pair", ["a", "c"], "block.pair[1] is 'c'; allowed: a, b"),
        ("table", "y", "block.table is 'y'; allowed: short"),
        ("select", {"a": {}}, "block.select.a is empty; allowed: at least one entry"),
        ("select", {"a": 3}, "block.select.a is 3; allowed: a list"),
        ("select", {"a": [[1]]}, "block.select.a[0] is [1]; allowed: a number or a plain word"),
        ("select", {"a": {"at_lest": 3}}, "block.select.a.at_lest is not a known key (did you m"),
        ("select", {"A b": [3]}, "block.select.'A b' is not allowed as a name; allowed: the name"),
    ],
)
def test_what_is_refused(key, value, says):
    with pytest.raises(ConfigurationError) as caught:
        built(**{key: value})
    assert str(caught.value).startswith(says)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.integers(2, 20))
def test_a_grid_stands_for_its_values(start, stop, count):
    assume(abs(math.log(start / stop)) > 1e-6)
    steps = np.arange(count) / (count - 1)
    for spacing, values in {
        "linear": (1 - steps) * start + steps * stop,
        "log": start ** (1 - steps) * stop**steps,
    }.items():
        grid = {"from": start, "to": stop, "count": count, "spacing": spacing}
        np.testing.assert_allclose(built(scale=grid).scale, values, rtol=1e-11)
