from .tables import judged, minimal_sharpnesses


def test_all_claims_hold():
    claims = judged("minimal_sharpness", minimal_sharpnesses())
    assert claims["holds"].all()
    assert claims.loc["minimal_sharpness_found", "cases"] == 1
    assert claims.loc["theorem_1", "cases"] == 2


def test_a_search_that_falls_below_is_told():
    table = minimal_sharpnesses()
    wrong = table.assign(searched_sharpness=table["searched_sharpness"] * (1 - 1e-6))
    assert not judged("minimal_sharpness", wrong).loc["minimal_sharpness_not_beaten", "holds"]


def test_without_a_search_nothing_is_said_of_it():
    table = minimal_sharpnesses()
    without = judged("minimal_sharpness", table[table["restarts"] == 0])
    assert "minimal_sharpness_found" not in without.index
