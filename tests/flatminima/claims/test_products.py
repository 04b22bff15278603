import pytest

from .tables import judged, products


def test_all_claims_hold():
    claims = judged("products", products())
    assert claims["holds"].all()
    assert set(claims.index) == {
        "lemma_3_largest_depth",
        "lemma_3_smallest_depth",
        "lemma_3_limit",
        "lemma_3_uniform",
    }
    assert claims.loc["lemma_3_largest_depth", "cases"] == 6  # the three deepest, two widths
    assert claims.loc["lemma_3_limit", "cases"] == 1


def test_products_that_grow_with_the_depth_are_told():
    table = products()
    wild = table.assign(largest_singular_value=table["largest_singular_value"] * table["depth"])
    row = judged("products", wild).loc["lemma_3_largest_depth"]
    assert not row["holds"]
    assert row["worst_margin"] == pytest.approx(-1, abs=0.1)
