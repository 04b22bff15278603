import numpy as np
import pandas as pd

from tests.flatminima.claims.tables import verdicts

FLATTENING, SHARPNESS, ORDER = (
    "shallow_flattening_coefficient",
    "shallow_sharpness_coefficient",
    "shallow_coefficient_order",
)


def table(flattening=1.0, sharpness=1.0, order=1):
    rows = [
        {
            "width": 1,
            "init_scale": 1.0,
            "repetition": run,
            "learning_rate": rate,
            "relative_rate": rate,
            "flattening_ratio": flattening + (1 + run / 100) * rate**order,
            "sharpness_ratio": sharpness - rate,
        }
        for run in range(4)
        for rate in (0.01, 0.02, 0.5)
    ]
    return pd.DataFrame(rows)


def test_all_holds():
    assert set(verdicts("shallow_coefficient", table()).values()) == {"holds"}


def test_other_coefficients_are_told():
    assert verdicts("shallow_coefficient", table(flattening=1.01))[FLATTENING] == "fails"
    assert verdicts("shallow_coefficient", table(sharpness=0.99))[SHARPNESS] == "fails"
    assert verdicts("shallow_coefficient", table(order=2))[ORDER] == "fails"


def test_a_run_that_has_not_converged_fails():
    whole = table()
    whole.loc[0, ["flattening_ratio", "sharpness_ratio"]] = np.nan
    found = verdicts("shallow_coefficient", whole)
    assert found[FLATTENING] == found[SHARPNESS] == "fails"
    assert found[ORDER] == "undecided"
