import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima.core.costs import LANCZOS_PRODUCTS, HessianCost, Work

amounts = st.floats(0, 1e12)
works = st.builds(Work, amounts, amounts)


def test_one_after_the_other_takes_both_times_and_the_larger_memory():
    assert Work(2.0, 10.0) + Work(3.0, 7.0) == Work(5.0, 10.0)
    assert 3 * Work(2.0, 10.0) == Work(6.0, 10.0)


@given(works, works)
def test_the_order_does_not_matter_and_nothing_takes_nothing(one, other):
    assert one + other == other + one
    assert one + Work() == one
    assert (one + other).numbers >= one.numbers


@given(works, st.integers(1, 20))
def test_so_many_times_is_as_often_one_after_the_other(work, times):
    total = sum((work for _ in range(times)), Work())
    assert (times * work).seconds == pytest.approx(total.seconds)
    assert (times * work).numbers == total.numbers


def test_a_hessian_is_written_out_up_to_its_dense_dimension():
    matrix, product = Work(1e-3, 7000), Work(1e-6, 50)
    dense = HessianCost(100, matrix, product, dense_dimension=100).work
    lanczos = HessianCost(100, matrix, product, dense_dimension=99).work
    assert dense.numbers == 7000 + 3 * 100**2
    assert dense.seconds == pytest.approx(1e-3 + 3e-4 + 2e-8 * 1e4 + 3e-11 * 1e6)
    assert lanczos.numbers == LANCZOS_PRODUCTS * 100 + 50
    assert lanczos.seconds == pytest.approx(LANCZOS_PRODUCTS * (5e-4 + 1e-6))


@given(st.integers(1, 5000), works, works)
def test_a_larger_hessian_of_one_method_takes_more(dimension, matrix, product):
    for dense_dimension in (0, 10**4):
        small, large = (
            HessianCost(size, matrix, product, dense_dimension).work
            for size in (dimension, dimension + 1)
        )
        assert small.seconds <= large.seconds
        assert small.numbers < large.numbers
