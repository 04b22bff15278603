import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_papers.expressivity.theory.compositions import (
    FAMILIES,
    Certified,
    lipschitz_interpolation,
    terms_for,
)
from flatminima_papers.expressivity.theory.interpolation import interpolate

SIZES = [(2, 0.5), (3, 0.2), (8, 0.1)]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("dimension", "accuracy"), SIZES)
def test_a_network_is_as_accurate_as_it_is_certified_to_be(name, dimension, accuracy):
    family = FAMILIES[name]
    built = family.build(dimension, accuracy)
    generator = np.random.default_rng(dimension)
    x = generator.uniform(-1, 1, (2000, dimension))
    x[1000:] = x[1000:, :1]
    error = np.abs(built.network(x)[:, 0] - family.function(x))
    assert error.max() <= built.error <= accuracy * (1 + 1e-12)
    assert error.max() > built.error / 100


@pytest.mark.parametrize("name", FAMILIES)
def test_the_lipschitz_constant_is_one(name):
    family, generator = FAMILIES[name], np.random.default_rng(0)
    x = generator.uniform(-1, 1, (2000, 3))
    y = np.clip(x + 1e-4 * generator.uniform(-1, 1, x.shape), -1, 1)
    slopes = np.abs(family.function(x) - family.function(y)) / np.abs(x - y).max(1)
    assert slopes.max() <= family.build(3, 0.5).lipschitz + 1e-6


def test_outside_its_domain_a_certificate_says_nothing():
    certified = lipschitz_interpolation(np.abs, 1.0, -1.0, 1.0, 0.1)
    error = abs(certified.network(np.array([[2.0]])).item() - 2.0)
    assert error > certified.error


@given(st.floats(0.02, 0.5), st.floats(0.02, 0.5))
def test_errors_of_a_composition_follow_from_those_of_its_parts(inner_accuracy, outer_accuracy):
    inner = lipschitz_interpolation(lambda x: np.sin(5 * x), 5.0, -1.0, 1.0, inner_accuracy)
    outer = lipschitz_interpolation(lambda y: np.abs(np.sin(3 * y)), 3.0, -1.0, 1.0, outer_accuracy)
    built = outer.after(inner)
    x = np.linspace(-1, 1, 3001)
    error = np.abs(built.network(x[:, None])[:, 0] - np.abs(np.sin(3 * np.sin(5 * x))))
    assert built.error == pytest.approx(outer.error + 3 * inner.error)
    assert built.lipschitz == 15
    assert error.max() <= built.error


def test_a_product_of_two_functions():
    wave = lipschitz_interpolation(np.sin, 1.0, -1.0, 1.0, 0.01)
    ramp = Certified(interpolate(lambda x: x, -1.0, 1.0, 1), 0.0, 1.0)
    built = wave.times(ramp, 0.001)
    x = np.linspace(-1, 1, 501)
    error = np.abs(built.network(x[:, None])[:, 0] - x * np.sin(x)).max()
    assert error <= built.error <= 0.011


@given(st.floats(1e-9, 1))
def test_as_few_terms_as_an_accuracy_allows(accuracy):
    terms = terms_for(accuracy)
    assert 2.0**-terms <= accuracy
    assert terms == 1 or 2.0 ** (1 - terms) > accuracy


@pytest.mark.parametrize("name", FAMILIES)
def test_orders_are_powers_and_logarithms(name):
    family = FAMILIES[name]
    ratio = family.nonzeros_order(64, 0.1) / family.nonzeros_order(32, 0.1)
    logarithm = family.logarithms(64, 0.1)[0] / family.logarithms(32, 0.1)[0]
    assert 1 <= logarithm < 1.2
    assert ratio == pytest.approx(2**family.nonzeros_dimension * logarithm)
