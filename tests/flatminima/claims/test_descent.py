import numpy as np

from .tables import descents, judged


def test_all_claims_hold():
    claims = judged("descent", descents())
    assert claims["holds"].all()
    assert claims.loc["descent_meets_flow_small", "cases"] == 4


def test_where_the_end_of_the_flow_is_unstable_is_judged_apart():
    unstable = descents().assign(flow_sharpness=np.inf)
    assert set(judged("descent", unstable).index) == {
        "descent_is_stable", "descent_meets_flow_unstable"
    }  # fmt: skip
