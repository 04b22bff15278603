"""A value is shown in short, and a number that YAML reads as text gets a hint that YAML reads."""

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from flatminima_study.configuration.refusals import number_hint, shown
from tests.flatminima_study.configuration.test_fuzzing import NUMBERS, OTHERS


@pytest.mark.parametrize("value", NUMBERS + OTHERS, ids=lambda value: type(value).__name__)
def test_a_value_is_shown_on_one_short_line(value):
    assert len(shown(value)) <= 60
    assert len(shown([value])) <= 60
    assert shown(value).splitlines() == [shown(value)]


@given(
    st.from_regex(
        r"[-+]?([0-9]{1,3}\.?[0-9]{0,3}|\.[0-9]{1,3})([eE][-+]?[0-9]{1,2})?", fullmatch=True
    )
)
def test_what_a_hint_writes_is_read_as_the_number_that_was_meant(text):
    assume(isinstance(yaml.safe_load(text), str))
    hint = number_hint(text)
    written = hint.removeprefix(f" (YAML reads {text} as text; write ").removesuffix(")")
    assert yaml.safe_load(written) == float(text)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("1e-3", " (YAML reads 1e-3 as text; write 0.001)"),
        ("1e3", " (YAML reads 1e3 as text; write 1000)"),
        ("1.0e30", " (YAML reads 1.0e30 as text; write 1.0e+30)"),
        ("08", " (YAML reads 08 as text; write 8)"),
        ("3", " (as text; write it without quotes, in a file)"),
        ("fast", ""),
        ("1" * 1000, ""),
        (3, ""),
        (None, ""),
    ],
)
def test_which_texts_get_a_hint(value, hint):
    assert number_hint(value) == hint
