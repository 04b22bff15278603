"""Claims about measurements that were there before, by the ends of intervals."""

import numpy as np
import pandas as pd
import pytest

from flatminima.critical_rate import measure_convergence
from flatminima.descent_measurements import measure_imbalance_drift
from flatminima.identities import NetworkSpecification
from flatminima.judge_critical_rate import critical_rate_claims
from flatminima.judge_drift import drift_claims
from flatminima.judge_minimal_sharpness import minimal_sharpness_claims, rescaling_claims
from flatminima.minimiser_measurements import measure_minimal_sharpness, measure_rescaling
from flatminima.theory import critical_learning_rate

from .cases import data
from .judging import verdicts

DATASET = data(30, 3)
NETWORK = NetworkSpecification("linear", "gaussian", 3, 3)


def test_minimal_sharpness():
    table = pd.concat(
        [measure_minimal_sharpness(DATASET, "d", depth, study_seed=0) for depth in (2, 5)]
    )
    claims = verdicts(minimal_sharpness_claims(table))
    assert claims == {"theorem_2": "holds", "minimal_sharpness_attained": "holds"}
    for column, factor in (("minimal_sharpness", 1 + 1e-7), ("minimal_sharpness", 1 - 1e-7)):
        wrong = table.assign(**{column: factor * table[column]})
        claims = verdicts(minimal_sharpness_claims(wrong))
        assert claims["minimal_sharpness_attained"] == "fails"
    wrong = table.assign(upper_bound=table["lower_bound"])
    assert verdicts(minimal_sharpness_claims(wrong))["theorem_2"] == "fails"


def test_rescaling():
    table = pd.concat(
        [measure_rescaling(DATASET, "d", depth, np.geomspace(1, 1e4, 9)) for depth in (2, 3, 5)]
    )
    assert verdicts(rescaling_claims(table)) == {"rescaling_is_unbounded": "holds"}
    linearly = table.assign(sharpness=table["factor"])
    assert verdicts(rescaling_claims(linearly)) == {"rescaling_is_unbounded": "fails"}
    one = table[table["depth"] == 2]
    assert verdicts(rescaling_claims(one)) == {"rescaling_is_unbounded": "undecided"}


def test_drift():
    table = measure_imbalance_drift(
        DATASET, "d", NETWORK, np.geomspace(0.001, 0.032, 6), 0.3, 3, 2.0,
        experiment="e", study_seed=0,
    )  # fmt: skip
    assert verdicts(drift_claims(table)) == {"drift_order": "holds"}
    squared = table.assign(imbalance_change=table["learning_rate"] ** 2)
    assert verdicts(drift_claims(squared)) == {"drift_order": "fails"}
    scatter = 1 + 0.5 * np.sin(1e5 * table["learning_rate"])
    wrong = table.assign(imbalance_change=table["learning_rate"] * scatter)
    assert verdicts(drift_claims(wrong)) == {"drift_order": "undecided"}
    both = pd.concat([table, squared.assign(depth=9)])
    assert verdicts(drift_claims(both)) == {"drift_order": "fails"}


def test_critical_rate():
    critical = critical_learning_rate(DATASET.covariance, DATASET.minimum_norm_solution, 3)
    table = measure_convergence(
        DATASET, "d", NETWORK, 0.3, 4, [3000], lowest=critical / 3, highest=1.4 * critical,
        rounds=1, experiment="e", study_seed=0,
    )  # fmt: skip
    claims = critical_rate_claims(table)
    assert verdicts(claims) == {"critical_rate_is_above": "holds"}
    assert "above the rate" in claims.iloc[0]["regime"]
    wrong = table.assign(converged=np.where(table["relative_rate"] > 1, 1, table["converged"]))
    assert verdicts(critical_rate_claims(wrong)) == {"critical_rate_is_above": "fails"}


@pytest.mark.parametrize("judge", [rescaling_claims, minimal_sharpness_claims])
def test_no_case_is_no_verdict(judge):
    empty = pd.DataFrame(
        columns=["factor", "sharpness", "dataset", "depth", "built_sharpness", "upper_bound",
                 "minimal_sharpness"], dtype=float,
    )  # fmt: skip
    with pytest.raises(ValueError, match="no case"):
        judge(empty)
