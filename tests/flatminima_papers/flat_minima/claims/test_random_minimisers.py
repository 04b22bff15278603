import pytest

from tests.flatminima.claims.tables import random_minimisers, verdicts


@pytest.fixture
def table():
    return random_minimisers()


def test_all_holds(table):
    assert set(verdicts("random_minimisers", table).values()) == {"holds"}


@pytest.mark.parametrize(
    ("column", "factor", "claim"),
    [
        ("sharpness", 1 + 1e-7, "minimiser_hessian"),
        ("minimiser_sharpness", 1 + 1e-7, "minimiser_hessian"),
        ("lower_bound", 1e6, "theorem_1"),
        ("minimal_sharpness", 1e6, "no_minimiser_is_flatter"),
        ("layer_norm_bound", 1e6, "layer_norms_below"),
        ("upper_layer_norm_bound", 1e-6, "layer_norms_above"),
    ],
)
def test_a_wrong_number_is_told(table, column, factor, claim):
    wrong = table.assign(**{column: table[column] * factor})
    assert verdicts("random_minimisers", wrong)[claim] == "fails"


def test_one_case_of_many_is_enough(table):
    wrong = table.copy()
    wrong.loc[17, "sharpness"] = 0.999 * wrong.loc[17, "minimal_sharpness"]
    assert verdicts("random_minimisers", wrong)["no_minimiser_is_flatter"] == "fails"
