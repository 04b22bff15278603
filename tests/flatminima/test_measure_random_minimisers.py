import pandas as pd
import pytest

from flatminima.identities import NetworkSpecification
from flatminima.judge_random_minimisers import random_minimiser_claims
from flatminima.measure_random_minimisers import (
    RANDOM_MINIMISER_COLUMNS,
    measure_random_minimisers,
)

from .cases import data
from .judging import verdicts


@pytest.fixture(scope="module")
def table():
    cases = [("gaussian", 2, 2, (30, 4)), ("residual", 3, 4, (30, 4)), ("gaussian", 3, 6, (4, 6))]
    return pd.concat(
        [
            measure_random_minimisers(
                data(*size), "d", NetworkSpecification("linear", kind, depth, width), 1.0, 10,
                experiment="e", study_seed=0,
            )
            for kind, depth, width, size in cases
        ],
        ignore_index=True,
    )  # fmt: skip


def test_the_table(table):
    assert list(table.columns) == list(RANDOM_MINIMISER_COLUMNS)
    assert len(table) == 30
    assert table["excess_risk"].max() < 1e-18
    assert (table["lower_bound"] < table["second_moment_bound"]).all()
    assert (table["second_moment_bound"] < table["minimal_sharpness"]).all()


def test_all_holds(table):
    assert set(verdicts(random_minimiser_claims(table)).values()) == {"holds"}


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
    assert verdicts(random_minimiser_claims(wrong))[claim] == "fails"


def test_one_case_of_many_is_enough(table):
    wrong = table.copy()
    wrong.loc[17, "sharpness"] = 0.999 * wrong.loc[17, "minimal_sharpness"]
    assert verdicts(random_minimiser_claims(wrong))["no_minimiser_is_flatter"] == "fails"
