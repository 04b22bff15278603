import pytest

from tests.flatminima.claims.tables import minimal_sharpnesses, verdicts


def test_all_holds():
    assert verdicts("minimal_sharpness", minimal_sharpnesses()) == {
        "theorem_2": "holds",
        "minimal_sharpness_attained": "holds",
    }


@pytest.mark.parametrize("factor", [1 - 1e-7, 1 + 1e-7])
def test_a_minimal_sharpness_that_nothing_attains_is_told(factor):
    table = minimal_sharpnesses()
    wrong = table.assign(minimal_sharpness=factor * table["minimal_sharpness"])
    assert verdicts("minimal_sharpness", wrong)["minimal_sharpness_attained"] == "fails"


def test_a_bound_that_is_too_low_is_told():
    table = minimal_sharpnesses()
    wrong = table.assign(upper_bound=table["lower_bound"])
    assert verdicts("minimal_sharpness", wrong)["theorem_2"] == "fails"


def test_no_case_is_no_verdict():
    with pytest.raises(ValueError, match="no case"):
        verdicts("minimal_sharpness", minimal_sharpnesses().head(0))
