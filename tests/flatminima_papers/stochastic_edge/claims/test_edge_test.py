import numpy as np
import pandas as pd
import pytest

from tests.flatminima.claims.tables import judged, verdicts

SPIKES = {"nothing": 1.2, "rate doubled": 20, "batch halved": 9, "rate halved": 1,
          "batch doubled": 1}  # fmt: skip


def table(spikes=SPIKES, after=1.0):
    generator = np.random.default_rng(0)
    return pd.DataFrame(
        [
            {
                "experiment": "e",
                "dataset": "d",
                "batch_size": 16,
                "learning_rate": 0.05,
                "repetition": repetition,
                "change": change,
                "risk_before": 0.01,
                "spike": spike * np.exp(0.05 * generator.standard_normal()),
                "relative_before": 1.0,
                "relative_after": after,
            }
            for change, spike in spikes.items()
            for repetition in range(6)
        ]
    )


def test_a_run_at_the_edge_spikes_when_it_is_made_less_stable_and_only_then():
    assert set(verdicts("edge_test", table()).values()) == {"holds"}
    flat = verdicts("edge_test", table(dict.fromkeys(SPIKES, 1.2)))
    assert flat["risk_spikes_when_rate_doubled"] == "fails"
    assert flat["risk_spikes_when_batch_halved"] == "fails"
    wild = verdicts("edge_test", table(SPIKES | {"rate halved": 9, "batch doubled": 9}))
    assert wild["risk_stays_when_rate_halved"] == "fails"
    assert wild["risk_stays_when_batch_doubled"] == "fails"


def test_batch_sharpness_has_to_come_back():
    found = verdicts("edge_test", table(after=0.5))
    assert found["batch_sharpness_comes_back_to_the_edge"] == "fails"


@pytest.mark.parametrize(("after", "verdict"), [(1.15, "holds"), (1.25, "fails")])
def test_batch_sharpness_comes_back_to_within_a_fifth(after, verdict):
    found = verdicts("edge_test", table(after=after))
    assert found["batch_sharpness_comes_back_to_the_edge"] == verdict


def test_a_run_that_diverges_counts_as_a_spike_of_a_million():
    runs = table(SPIKES | {"batch halved": np.inf})
    usual = np.log(runs[runs["change"] == "nothing"]["spike"]).mean()
    row = judged("edge_test", runs).loc["risk_spikes_when_batch_halved"]
    assert row["margin"] == pytest.approx(np.log(1e6) - usual - np.log(1.5))
    assert row["margin_low"] < row["margin"] < row["margin_high"]


def test_a_run_that_diverges_has_the_highest_spike():
    runs = table(SPIKES | {"rate doubled": 2, "rate halved": 1})
    diverges = runs["repetition"] == 0
    runs.loc[diverges & (runs["change"] == "rate doubled"), "spike"] = np.inf
    runs.loc[diverges & (runs["change"] == "rate doubled"), "relative_after"] = np.nan
    found = verdicts("edge_test", runs)
    assert found["risk_spikes_when_rate_doubled"] == "undecided"  # 14 and five times 0.5: far apart
    assert found["batch_sharpness_comes_back_to_the_edge"] == "holds"
    runs.loc[runs["change"] == "rate halved", "spike"] = np.inf
    assert verdicts("edge_test", runs)["risk_stays_when_rate_halved"] == "fails"
