import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flatminima.core.seeding import random_generator

parts = st.one_of(st.text(max_size=5), st.integers(-3, 3), st.floats(allow_nan=False))
identities = st.lists(parts, max_size=4)
seeds = st.integers(0, 2**64)


def stream(seed, identity):
    return random_generator(seed, *identity).integers(2**63, size=4).tolist()


def exact(identity):
    """Tell 1 from 1.0 and 0.0 from -0.0, which are equal in Python."""
    return [(type(part), repr(part)) for part in identity]


@given(seeds, identities)
def test_a_stream_depends_on_the_identity_only(seed, identity):
    first = stream(seed, identity)
    np.random.default_rng(0).random()
    stream(seed, [*identity, "another"])
    assert stream(seed, identity) == first


@settings(max_examples=500)
@given(seeds, identities, identities)
def test_distinct_identities_have_distinct_streams(seed, one, other):
    assume(exact(one) != exact(other))
    assert stream(seed, one) != stream(seed, other)


@given(seeds, seeds, identities)
def test_distinct_seeds_have_distinct_streams(one, other, identity):
    assume(one != other)
    assert stream(one, identity) != stream(other, identity)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1], [1.0]),
        ([1], ["1"]),
        ([1.0], ["1.0"]),
        ([0.1], [np.nextafter(0.1, 1)]),
        (["ab", "c"], ["a", "bc"]),
        (["a", "b"], ["b", "a"]),
        (["a"], ["a", ""]),
        ([], [""]),
        ([1], ["int 1"]),
        (["a\0str b"], ["a", "b"]),
    ],
    ids=repr,
)
def test_identities_that_look_alike_are_told_apart(one, other):
    assert stream(0, one) != stream(0, other)


@pytest.mark.parametrize(
    ("plain", "of_numpy"), [(0.1, np.float64(0.1)), (3, np.int64(3)), ("a", np.str_("a"))]
)
def test_numbers_of_numpy_are_the_numbers_of_python(plain, of_numpy):
    assert stream(0, [plain]) == stream(0, [of_numpy])


def test_streams_are_independent_of_the_process():
    # Python's own hash of a string differs from process to process; the library's must not.
    program = (
        "from flatminima.core.seeding import random_generator as r;"
        "print(r(7, 'run', 'gaussian', 0.1, 3).integers(2**63, size=4).tolist())"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == str(stream(7, ["run", "gaussian", 0.1, 3]))


def test_streams_of_neighbouring_repetitions_are_uncorrelated():
    draws = np.array([random_generator(0, "run", i).standard_normal(2000) for i in range(20)])
    correlations = np.corrcoef(draws) - np.eye(20)
    assert np.abs(correlations).max() < 5 / np.sqrt(2000)  # five standard deviations
