import numpy as np
import pytest

from flatminima.datasets.file import File
from flatminima.theory.closed_forms import critical_learning_rate
from flatminima.theory.stochastic_rates import stochastic_critical_learning_rate
from flatminima_study.configuration import parse_study
from flatminima_study.planning.advice import advise, drawn_data
from tests import default


def advice(**change):
    """Return the advice on an experiment of the default study in which keys are changed."""
    block = {**default.CONFIG["experiments"]["gaussian"], **change}
    config = {**default.CONFIG, "papers": [], "experiments": {"mine": block}}
    config |= {"measurements": {}, "figures": {}}
    study = parse_study(config)
    data = dict(drawn_data({name: study.datasets[name] for name in block_data(block)}, study.seed))
    return advise(study.experiments["mine"], data), data


def block_data(block):
    names = block["dataset"]
    return [names] if isinstance(names, str) else names


def sweep(*rates):
    return [{"learning_rate": list(rates), "steps": 10, "repetitions": 1}]


def problem(data):
    (one,) = data.values()
    return one.covariance, one.minimum_norm_solution


def test_rates_above_the_critical_one_are_named():
    _, data = advice()
    rate = critical_learning_rate(*problem(data), 10)
    assert advice(sweep=sweep(0.99 * rate))[0] == ""
    line, _ = advice(sweep=sweep(0.99 * rate, 1.01 * rate))
    assert line == (
        f"mine: by theory no minimiser is stable at the learning rate {1.01 * rate:g} above "
        f"{rate:.4g} (2 / S_min, depth 10)."
    )
    line, _ = advice(sweep=sweep(2 * rate, 3 * rate))
    assert f"2 learning rates from {2 * rate:g} to {3 * rate:g} above" in line


def test_sgd_has_a_critical_rate_for_each_size_of_batches():
    _, data = advice()
    optimiser = {"kind": "sgd", "batch_size": [2, "full"]}
    rate = stochastic_critical_learning_rate(*problem(data), 10, 2)
    assert advice(sweep=sweep(0.99 * rate), optimiser=optimiser)[0] == ""
    line, _ = advice(sweep=sweep(1.01 * rate), optimiser=optimiser)
    assert line.endswith(f"above {rate:.4g} (batches of 2, depth 10).")


@pytest.mark.parametrize(
    "change",
    [
        {"network": {"kind": "mlp", "initialisation": "he", "depth": 10, "width": 5}},
        {"optimiser": {"kind": "sgd", "batch_size": 2, "weight_decay": 0.1}},
    ],
)
def test_where_theory_says_nothing_there_is_no_advice(change):
    assert advice(sweep=sweep(1000.0), **change)[0] == ""


def test_many_cases_are_cut_short():
    network = {"kind": "linear", "initialisation": "gaussian", "depth": [2, 3, 4, 5, 6, 7]}
    line, _ = advice(sweep=sweep(1000.0), network=network)
    assert line.endswith("(2 / S_min, depth 5); and 2 more cases.")


def test_data_that_cannot_be_read_is_left_to_its_job(tmp_path):
    kinds = {"mine": File(path=str(tmp_path / "none.csv"), target="y")}
    assert dict(drawn_data(kinds, 0)) == {}


def test_the_data_are_those_of_the_study():
    kinds = {"overdetermined": default.STUDY.datasets["overdetermined"]}
    (_, data), (_, again) = (*drawn_data(kinds, 1), *drawn_data(kinds, 1))
    np.testing.assert_array_equal(data.inputs, again.inputs)
