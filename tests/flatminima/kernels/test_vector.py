"""Each word of the vector type, against NumPy, bit for bit."""

from fractions import Fraction

import numba
import numpy as np
import pytest

from flatminima.kernels import vector
from flatminima.kernels.blocks import LANES, aligned_empty
from tests.flatminima.cases import assert_same_bits

SPECIAL = [0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, 5e-324, 2.0**-1022, 1.7e308, -1e200]


def operands(number):
    """Return arrays of whole vectors: all pairs of special values, and random ones."""
    generator = np.random.default_rng(0)
    pairs = np.array(np.meshgrid(SPECIAL, SPECIAL)).reshape(2, -1)
    columns = [generator.permutation(pairs.T).T, generator.standard_normal((2, 399))]
    both = np.concatenate(columns, axis=1)  # 520 of them, 65 vectors
    assert both.shape[1] % LANES == 0
    arrays = [*both, both[0][::-1], both[1][::-1]]
    return [on_cache_lines(array) for array in arrays[:number]]


def on_cache_lines(array):
    aligned = aligned_empty(np.shape(array))
    aligned[:] = array
    return aligned


def apply(word, *arrays):
    """Return what a word gives of some arrays, vector by vector."""
    word = numba.njit(word)

    @numba.njit
    def run(result, arrays):
        pointers = vector.vectors(result)
        for i in range(result.size // LANES):
            pointers[i] = call(word, arrays, i)

    call = CALLS[len(arrays)]
    result = aligned_empty(arrays[0].shape)
    run(result, arrays)
    return result


@numba.njit
def call_one(word, arrays, i):
    return word(vector.vectors(arrays[0])[i])


@numba.njit
def call_two(word, arrays, i):
    return word(vector.vectors(arrays[0])[i], vector.vectors(arrays[1])[i])


@numba.njit
def call_three(word, arrays, i):
    a, b, c = arrays
    return word(vector.vectors(a)[i], vector.vectors(b)[i], vector.vectors(c)[i])


@numba.njit
def call_four(word, arrays, i):
    a, b, c, d = arrays
    first, second = vector.vectors(a)[i], vector.vectors(b)[i]
    return word(first, second, vector.vectors(c)[i], vector.vectors(d)[i])


CALLS = {1: call_one, 2: call_two, 3: call_three, 4: call_four}


def same_numbers(actual, desired):
    """Compare bits, and of what is not a number only that: its sign and payload are free."""
    assert_same_bits(np.isnan(actual), np.isnan(desired))
    assert_same_bits(actual[~np.isnan(actual)], desired[~np.isnan(desired)])


OPERATORS = {
    "+": (lambda a, b: a + b),
    "-": (lambda a, b: a - b),
    "*": (lambda a, b: a * b),
    "/": (lambda a, b: a / b),
}


@pytest.mark.parametrize("symbol", OPERATORS)
def test_operators(symbol):
    operator = OPERATORS[symbol]
    a, b = operands(2)
    with np.errstate(all="ignore"):
        same_numbers(apply(operator, a, b), operator(a, b))


def test_square_root():
    (a,) = operands(1)
    with np.errstate(all="ignore"):
        same_numbers(apply(lambda a: vector.square_root(a), a), np.sqrt(a))


@pytest.mark.parametrize(
    "mixed",
    [
        lambda a: a + 0.1,
        lambda a: 0.1 + a,
        lambda a: a - 3,
        lambda a: 3 - a,
        lambda a: a * 0.1,
        lambda a: 7 * a,
        lambda a: a / 3.0,
        lambda a: 1.0 / a,
    ],
)
def test_a_number_stands_for_a_vector_of_it(mixed):
    (a,) = operands(1)
    with np.errstate(all="ignore"):
        same_numbers(apply(mixed, a), mixed(a))


def test_a_product_and_a_sum_are_not_contracted():
    x = on_cache_lines(np.full(LANES, 1 + 2.0**-30))
    y = on_cache_lines(np.full(LANES, -1 - 2.0**-29))
    assert (apply(lambda x, y: x * x + y, x, y) == 0).all()
    assert (apply(lambda x, y: vector.fma(x, x, y), x, y) == 2.0**-60).all()


def test_fma_rounds_once():
    a, b, c = operands(3)
    with np.errstate(over="ignore", invalid="ignore"):
        finite = np.isfinite(c) & (np.abs(a * b) < 1e300)
    finite &= np.isfinite(a) & np.isfinite(b)
    a, b, c = (np.where(finite, array, 1.0) for array in (a, b, c))
    a, b, c = (on_cache_lines(array) for array in (a, b, c))
    exact = [
        float(Fraction(x) * Fraction(y) + Fraction(z)) for x, y, z in zip(a, b, c, strict=True)
    ]
    assert (apply(lambda a, b, c: vector.fma(a, b, c), a, b, c) == exact).all()


def test_splat_fills_every_lane():
    (a,) = operands(1)
    assert (apply(lambda a: vector.splat(2.5), a) == 2.5).all()


def test_where_less():
    x, y, a, b = operands(4)
    result = apply(lambda x, y, a, b: vector.where_less(x, y, a, b), x, y, a, b)
    assert_same_bits(result, np.where(x < y, a, b))


def test_where_finite():
    x, _, a, b = operands(4)
    result = apply(lambda x, a, b: vector.where_finite(x, a, b), x, a, b)
    assert_same_bits(result, np.where(np.isfinite(x), a, b))


def test_where_same_bits():
    x, y, a, b = operands(4)
    y[::3] = x[::3]
    result = apply(lambda x, y, a, b: vector.where_same_bits(x, y, a, b), x, y, a, b)
    same = x.view(np.int64) == y.view(np.int64)  # 0 and -0 differ, and NaN is itself
    assert_same_bits(result, np.where(same, a, b))


def test_scaling_by_a_rounded_number():
    generator = np.random.default_rng(0)
    x = on_cache_lines(generator.uniform(0.7, 1.4, size=800))
    n = on_cache_lines(generator.integers(-1021, 1023, size=800).astype(float))
    shifted = on_cache_lines(n + 0.3 + vector.ROUNDING)
    result = apply(lambda x, shifted: vector.scale_by_rounded(x, shifted), x, shifted)
    assert_same_bits(result, np.ldexp(x, n.astype(int)))
    one = on_cache_lines(np.ones(LANES))
    top = on_cache_lines(np.full(LANES, 1024 + vector.ROUNDING))
    assert (apply(lambda x, shifted: vector.scale_by_rounded(x, shifted), one, top) == np.inf).all()


def test_vectors_and_offset_point_into_an_array():
    array = on_cache_lines(np.arange(4.0 * LANES).reshape(4, LANES))

    @numba.njit
    def move(array):
        pointer = vector.offset(vector.vectors(array), 1)
        pointer[2] = pointer[0] + vector.vectors(array)[0]

    move(array)
    assert np.array_equal(array[3], array[1] + array[0])
    assert np.array_equal(array[:3].ravel(), np.arange(3.0 * LANES))


def test_entries_point_into_an_array():
    @numba.njit
    def second(array):
        return vector.entries(array)[1]

    assert second(np.array([1.5, 2.5])) == 2.5
    assert second(np.array([[7], [9]])) == 9


def test_the_stack_holds_the_product_of_lengths():
    @numba.njit
    def turn(array, two, three):
        room = vector.stack(two, three)
        for i in range(6):
            room[i] = vector.vectors(array)[i]
        for i in range(6):
            vector.vectors(array)[i] = room[5 - i]

    array = on_cache_lines(np.arange(6.0 * LANES).reshape(6, LANES))
    before = array.copy()
    turn(array, (None, None), (None, None, None))
    assert np.array_equal(array, before[::-1])
