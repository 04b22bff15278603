import pandas as pd
import pytest

from flatminima.core.columns import typed
from flatminima.core.kinds import Misfit
from flatminima.theory import closed_forms
from flatminima_papers.flat_minima.measurements.critical_rate import (
    CriticalRate,
    bracket_critical_rate,
)
from tests.flatminima.cases import measured


def rates(lowest, highest, steps=(500, 4000), repetitions=6):
    return CriticalRate(
        *(("d",), ("gaussian",), (3,), (0.3,), repetitions), steps, lowest=lowest, highest=highest
    )


def test_measured_rate_meets_the_exact_one(dataset):
    paper = closed_forms.paper_critical_learning_rate(
        dataset.covariance, dataset.minimum_norm_solution, 3
    )
    table = measured(rates(paper / 4, 2 * paper), {"d": dataset})
    assert table.dtypes.astype(str).to_dict() == typed(CriticalRate.columns)
    assert len(table) == 3 * 8 * 2
    brackets = CriticalRate.reduce(table, {"d": dataset})
    assert {name: str(dtype) for name, dtype in brackets.dtypes.items()} == typed(
        CriticalRate.reduced_columns
    )
    assert brackets["steps"].tolist() == [500, 4000]
    last = brackets.iloc[-1]
    exact = last["exact_critical_rate"]
    assert last["all_converge"] <= last["critical_rate"] <= last["none_converges"]
    assert last["critical_rate"] == pytest.approx(exact, rel=0.04)
    assert table.query("converged > 0")["relative_rate"].max() <= 1
    assert last["paper_critical_rate"] == paper


def known_table(**columns):
    shares = {0.1: 10, 0.2: 10, 0.3: 9, 0.4: 10, 0.5: 3, 0.6: 0, 0.7: 0}
    return pd.DataFrame(
        {
            "experiment": "e", "dataset": "d", "initialisation": "residual", "depth": 3,
            "width": 3, "init_scale": 0.25, "round": 0, "learning_rate": list(shares),
            "relative_rate": 1.0, "steps": 100, "runs": 10, "converged": list(shares.values()),
            "diverged": [0, 0, 1, 0, 2, 10, 10],
            "share": [count / 10 for count in shares.values()],
        } | columns
    ).sample(frac=1, random_state=0)  # fmt: skip


def test_bracket_of_a_known_table(dataset):
    row = bracket_critical_rate(dataset, known_table()).iloc[0]
    assert row["all_converge"] == 0.2
    assert row["none_converges"] == 0.6
    assert row["critical_rate"] == pytest.approx(0.4 + 0.1 * 5 / 7)
    assert row["diverged_below"] == 3


def test_each_network_of_each_measurement_is_bracketed_with_its_own_data(dataset, scalar):
    tables = [known_table(), known_table(experiment="f", dataset="s"), known_table(depth=5)]
    brackets = CriticalRate.reduce(pd.concat(tables), {"d": dataset, "s": scalar})
    assert brackets[["experiment", "dataset", "depth"]].to_numpy().tolist() == [
        ["e", "d", 3],
        ["e", "d", 5],
        ["f", "s", 3],
    ]
    assert brackets["exact_critical_rate"].iloc[2] == pytest.approx(1 / 3)


def test_an_empty_range_of_rates_is_refused():
    rates(0.1, 0.2).check({})
    with pytest.raises(Misfit, match=r"lowest is 0\.2; allowed: less than highest, 0\.2"):
        rates(0.2, 0.2).check({})
