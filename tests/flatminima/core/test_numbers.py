import datetime
import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from flatminima.core.numbers import as_float64, with_float64

EXACT = [np.uint8, np.int16, np.int32, np.int64, np.float16, np.float32, np.float64]


@given(st.sampled_from(EXACT), st.lists(st.integers(0, 200), min_size=6, max_size=6))
def test_every_kind_of_number_is_the_same_number(dtype, values):
    plain = np.array(values, dtype=np.float64).reshape(2, 3)
    typed = plain.astype(dtype)
    forms = [typed, np.asfortranarray(typed), typed.tolist(), pd.DataFrame(typed), typed[:, ::-1]]
    *same, reversed_ = (as_float64(form, "X", 2) for form in forms)
    for result in same:
        np.testing.assert_array_equal(result, plain)
        assert result.dtype == np.float64
        assert result.flags.c_contiguous
    np.testing.assert_array_equal(reversed_, plain[:, ::-1])


def test_booleans_decimals_fractions_and_nullable_columns_are_numbers():
    np.testing.assert_array_equal(as_float64([True, False], "y"), [1, 0])
    np.testing.assert_array_equal(as_float64([Decimal("0.5"), Fraction(1, 4)], "y"), [0.5, 0.25])
    np.testing.assert_array_equal(as_float64(pd.Series([1, 2], dtype="Int64"), "y"), [1, 2])


def test_an_array_of_float64_is_not_copied():
    array = np.ones((2, 2))
    assert as_float64(array, "X") is array or np.shares_memory(as_float64(array, "X"), array)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.array([1 + 1j]), "y holds complex numbers; allowed: real numbers"),
        ([1, 2j], "y holds complex numbers"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "y holds dates"),
        (np.array([1], dtype="timedelta64[s]"), "y holds durations"),
        ([datetime.date(2020, 1, 1)], "y holds datetime.date(2020, 1, 1); allowed: real numbers"),
        (["1.5", "2"], "y holds text"),
        (pd.Series(["a", "b"]), "y holds "),
        ([1.0, None], "y holds None"),
        (np.ma.masked_array([1.0, 2.0], [False, True]), "y is a masked array"),
        (scipy.sparse.eye(2), "y is a sparse matrix; allowed: what its toarray() returns"),
        ([[1, 2], [3]], "y has rows of unequal lengths"),
        ([2**53 + 1], "y holds integers beyond 2^53"),
        ([2**80], "y holds 1208925819614629174706176, beyond 2^53"),
        (np.array([1, 10], dtype=np.longdouble) / 3, "that float64 would round"),
        ([[1.0]], "y has the shape (1, 1); allowed: 1 axes"),
    ],
)
def test_what_is_no_real_number_is_refused_in_a_sentence(values, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        as_float64(values, "y", 1)


def test_a_function_takes_its_named_arguments_so():
    @with_float64(vector=1)
    def doubled(vector, factor=2):
        return vector * factor

    np.testing.assert_array_equal(doubled(np.array([200], dtype=np.uint8)), [400.0])
    with pytest.raises(ValueError, match="vector has the shape"):
        doubled(vector=[[1]])
