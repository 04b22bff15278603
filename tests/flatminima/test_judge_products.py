import numpy as np
import pandas as pd
import pytest

from flatminima.judge_products import product_claims
from flatminima.product_measurements import measure_partial_products

from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    return pd.concat(
        [
            measure_partial_products(depth, width, 0.5, 12, study_seed=0)
            for depth in (8, 16, 32)
            for width in (4, 16, 32, 64)
        ],
        ignore_index=True,
    )


def test_all_is_judged_and_nothing_fails(table):
    claims = verdicts(product_claims(table))
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
    assert verdicts(product_claims(wrong))[f"{name}_{axis}"] == "fails"


def test_narrow_products_may_be_far_from_the_limit_and_wide_ones_not(table):
    narrow = table["width"] < 16
    for column, factor in (("largest_singular_value", 3), ("smallest_singular_value", 1 / 3)):
        far = table[column] * factor
        allowed = table.assign(**{column: table[column].where(~narrow, far)})
        assert verdicts(product_claims(allowed))["lemma_3_uniform"] == "holds"
        claims = verdicts(product_claims(table.assign(**{column: far})))
        assert claims["lemma_3_uniform"] == claims["lemma_3_limit"] == "fails"


def test_scattered_quantiles_are_undecided(table):
    scatter = np.exp(np.random.default_rng(0).standard_normal(len(table)))
    wrong = table.assign(largest_singular_value=scatter)
    assert verdicts(product_claims(wrong))["lemma_3_largest_depth"] == "undecided"
