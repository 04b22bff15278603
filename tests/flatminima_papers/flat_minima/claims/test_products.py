import numpy as np
import pytest

from tests.flatminima.claims.tables import products, verdicts


@pytest.fixture
def table():
    return products()


def test_all_is_judged_and_nothing_fails(table):
    claims = verdicts("products", table)
    growth = {f"lemma_3_{k}_{axis}" for k in ("largest", "smallest") for axis in ("depth", "width")}
    assert set(claims) == growth | {"lemma_3_uniform", "lemma_3_limit"}
    assert "fails" not in claims.values()
    assert claims["lemma_3_uniform"] == claims["lemma_3_limit"] == "holds"


@pytest.mark.parametrize("axis", ["depth", "width"])
@pytest.mark.parametrize("sign", [1, -1])
def test_growth_is_told(table, axis, sign):
    column = "largest_singular_value" if sign > 0 else "smallest_singular_value"
    name = "lemma_3_largest" if sign > 0 else "lemma_3_smallest"
    wrong = table.assign(**{column: table[axis] ** (sign * 0.2)})
    assert verdicts("products", wrong)[f"{name}_{axis}"] == "fails"


def test_narrow_products_may_be_far_from_the_limit_and_wide_ones_not(table):
    narrow = table["width"] < 16
    for column, factor in (("largest_singular_value", 3), ("smallest_singular_value", 1 / 3)):
        far = table[column] * factor
        allowed = table.assign(**{column: table[column].where(~narrow, far)})
        assert verdicts("products", allowed)["lemma_3_uniform"] == "holds"
        claims = verdicts("products", table.assign(**{column: far}))
        assert claims["lemma_3_uniform"] == claims["lemma_3_limit"] == "fails"


def test_scattered_quantiles_are_undecided(table):
    scatter = np.exp(np.random.default_rng(0).standard_normal(len(table)))
    wrong = table.assign(largest_singular_value=scatter)
    assert verdicts("products", wrong)["lemma_3_largest_depth"] == "undecided"
