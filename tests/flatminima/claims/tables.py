"""Small measurements to be judged, each made once, and their verdicts."""

from functools import cache

import numpy as np
import pandas as pd

from flatminima.claims import CLAIM_COLUMNS, judge
from flatminima.core.columns import typed
from flatminima.theory.closed_forms import critical_learning_rate
from flatminima_papers.flat_minima.measurements.asymptotics import Asymptotics
from flatminima_papers.flat_minima.measurements.backward_error import BackwardError
from flatminima_papers.flat_minima.measurements.bifurcation import Bifurcation
from flatminima_papers.flat_minima.measurements.certificates import Certificates
from flatminima_papers.flat_minima.measurements.critical_rate import CriticalRate
from flatminima_papers.flat_minima.measurements.descent import Descent
from flatminima_papers.flat_minima.measurements.drift import Drift
from flatminima_papers.flat_minima.measurements.flattest_start import FlattestStart
from flatminima_papers.flat_minima.measurements.flow import Flow
from flatminima_papers.flat_minima.measurements.flow_laws import FlowLaws
from flatminima_papers.flat_minima.measurements.minimal_sharpness import MinimalSharpness
from flatminima_papers.flat_minima.measurements.minimiser_search import MinimiserSearch
from flatminima_papers.flat_minima.measurements.one_feature import OneFeature
from flatminima_papers.flat_minima.measurements.perturbed_products import PerturbedProducts
from flatminima_papers.flat_minima.measurements.products import Products
from flatminima_papers.flat_minima.measurements.random_minimisers import RandomMinimisers
from flatminima_papers.flat_minima.measurements.rescaling import Rescaling
from flatminima_papers.flat_minima.measurements.residual_grid import ResidualGrid
from flatminima_papers.flat_minima.measurements.residual_hypothesis import ResidualHypothesis
from flatminima_papers.flat_minima.measurements.stochastic_rate import StochasticRate
from flatminima_papers.flat_minima.measurements.stochastic_sampling import StochasticSampling
from flatminima_papers.minimalist.measurements.chain_batches import ChainBatches
from flatminima_papers.minimalist.measurements.chain_descent import ChainDescent
from flatminima_papers.minimalist.measurements.chain_flow import ChainFlow
from flatminima_papers.reshuffling.measurements.epoch_bias import EpochBias
from flatminima_papers.reshuffling.measurements.flat_drift import FlatDrift
from flatminima_papers.reshuffling.measurements.saddle_escape import SaddleEscape
from flatminima_papers.shallow.measurements.shallow_descent import ShallowDescent
from flatminima_papers.shallow.measurements.shallow_outcomes import ShallowOutcomes
from tests.flatminima.cases import data, difficult, measured

D, ZERO, GAUSSIAN, RESIDUAL = ("d",), ("one_layer_zero",), ("gaussian",), ("residual",)


def judged(kind, table, reduced=None):
    """Return the verdicts on measurements of one kind, by claim."""
    claims = judge("p", {kind: table}, {} if reduced is None else {kind: reduced})
    assert {name: str(dtype) for name, dtype in claims.dtypes.items()} == typed(CLAIM_COLUMNS)
    assert (claims["paper"] == "p").all()
    assert claims["claim"].is_unique
    return claims.set_index("claim")


def verdicts(kind, table):
    """Return the verdict on each claim by its name."""
    return judged(kind, table)["verdict"].to_dict()


def together(*pairs):
    """Return the tables of several measurements, each of its data, one below the other."""
    tables = [measured(measurement, {"d": data(*size)}) for measurement, size in pairs]
    return pd.concat(tables, ignore_index=True)


@cache
def minimal_sharpnesses():
    return together((MinimalSharpness(D, (2, 5)), (30, 3)))


@cache
def certificates():
    return together(*((Certificates(D, (2, 30)), size) for size in ((30, 4), (4, 6))))


@cache
def rescalings():
    return together((Rescaling(D, (2, 3, 5), tuple(np.geomspace(1, 1e4, 9))), (30, 3)))


@cache
def minimiser_searches():
    return together(
        (MinimiserSearch(D, GAUSSIAN, (3,), 1, (2,)), (30, 4)),
        (MinimiserSearch(D, RESIDUAL, (3,), 1), (30, 3)),
        (MinimiserSearch(D, GAUSSIAN, (2,), 1), (3, 5)),
    )


@cache
def random_minimisers():
    return together(
        (RandomMinimisers(D, GAUSSIAN, (2,), 1.0, 10, (2,)), (30, 4)),
        (RandomMinimisers(D, RESIDUAL, (3,), 1.0, 10), (30, 4)),
        (RandomMinimisers(D, GAUSSIAN, (3,), 1.0, 10), (4, 6)),
    )


@cache
def flows():
    return together(
        (Flow(D, ZERO, (2, 3, 4), (0.01,), 2), (30, 3)),
        (Flow(D, ZERO, (3,), (0.01,), 2, (4, 6)), (30, 3)),
        (Flow(D, RESIDUAL, (3,), (0.01,), 2), (30, 3)),
    )


SCALES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.4)


@cache
def flow_laws():
    return together(
        (FlowLaws(D, (*ZERO, *GAUSSIAN), (3,), SCALES, 2), (30, 3)),
        (FlowLaws(D, ZERO, (3,), SCALES[:5], 2), (3, 4)),
    )


@cache
def one_feature():
    return measured(OneFeature((3,), (0.1, 1.5), 6), {})


@cache
def asymptotics():
    datasets = {"many": data(50, 5), "few": data(12, 5)}
    return measured(Asymptotics(tuple(datasets), (2, 20, 640, 1280)), datasets)


@cache
def products():
    return measured(Products((8, 16, 32), (4, 16, 32, 64), (0.5,), 12), {})


@cache
def perturbed_products():
    return measured(PerturbedProducts((4, 8), (4, 16, 32), (0.5,), 0.1, 60), {})


@cache
def residual_hypotheses():
    distances = (0.003, 0.01, 0.5, 2.0)
    return measured(ResidualHypothesis((4, 8), (4, 8), (1.0, 3.0), (0.2,), distances, 2), {})


@cache
def residual_grids():
    sizes = (2, 4, 8)
    return measured(ResidualGrid(sizes, sizes, (0.0, 0.3), 4), {})


@cache
def drifts():
    rates = tuple(np.geomspace(0.001, 0.032, 6))
    return together((Drift(D, GAUSSIAN, (3,), rates, (0.3,), 3, 2.0), (30, 3)))


@cache
def critical_rates():
    """Return the table and what it is reduced to."""
    datasets = {"d": data(30, 3)}
    problem = datasets["d"].covariance, datasets["d"].minimum_norm_solution
    critical = critical_learning_rate(*problem, 3)
    table = measured(
        CriticalRate(
            *(D, GAUSSIAN, (3,), (0.3,), 4, (3000,)), lowest=critical / 3, highest=1.4 * critical
        ),
        datasets,
    )
    return table, CriticalRate.reduce(table, datasets)


@cache
def stochastic_rates():
    return together((StochasticRate(D, (3,), 2, (1, 16), 0.2, 6, 100, 60, 5), (30, 4)))


@cache
def stochastic_samplings():
    return together((StochasticSampling(D, (2,), 2, (6,), (0.85, 1.15), 6, 60, 60), (30, 4)))


@cache
def flattest_starts():
    trial = ((3e-4, 1e-2), 1e-4, 3, 10000)
    return together(
        (FlattestStart(D, GAUSSIAN, (3, 8), *trial), (30, 3)),
        (FlattestStart(D, RESIDUAL, (3,), *trial), (30, 3)),
        (FlattestStart(D, GAUSSIAN, (3,), *trial), (4, 6)),
    )


def bifurcation(above, below, steps=8000):
    return together((Bifurcation(D, RESIDUAL, (3,), above, below, (0.1,), 4, steps), (30, 3)))


@cache
def bifurcations():
    return bifurcation((0.02, 0.03, 0.04, 0.06), (0.01, 0.008, 0.006, 0.004), 24000)


@cache
def descents():
    return together((Descent(D, RESIDUAL, (3,), (0.1, 0.9), (0.1, 0.8), 3, 6000), (30, 3)))


@cache
def backward_errors():
    rates = (0.04, 0.02, 0.01)
    kinds = (*GAUSSIAN, *RESIDUAL)
    return together((BackwardError(D, kinds, (3,), rates, (0.4,), 3, 80.0), (30, 3)))


@cache
def epoch_biases():
    problems = ("quadratics", "perceptron")
    return measured(EpochBias(problems, 4, (1, 2), (0.002, 0.004), 2, 4000), {})


@cache
def flat_drifts():
    networks = ("diagonal linear", "deep linear", "tanh perceptron")
    parts = [
        FlatDrift(networks, (0.005,), (1,), 1600, 4.0, 2.0),
        FlatDrift(("tanh perceptron",), (0.005,), (64,), 1600, 4.0, 2.0),
    ]
    return pd.concat([measured(part, {}) for part in parts], ignore_index=True)


@cache
def saddle_escapes():
    parts = [
        SaddleEscape(("quadratics",), 32, (0.05,), 3, 6000, 1.0),
        SaddleEscape(("deep linear",), 32, (0.01,), 2, 4000, 1.0),
    ]
    return pd.concat([measured(part, {}) for part in parts], ignore_index=True)


@cache
def shallow_descents():
    rates = (0.05, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.2, 1.5, 1.9)
    return measured(ShallowDescent((1, 4), (1.0, 1.8), rates, 4, 600), {})


@cache
def shallow_outcomes():
    rates, imbalances = np.linspace(0.05, 1.2, 24), np.geomspace(0.05, 20, 16)
    return measured(ShallowOutcomes(tuple(rates), tuple(imbalances), 4000), {})


@cache
def chain_flows():
    datasets = {f"q{q:g}": difficult(q) for q in (0.1, 1, 10, 100, 1000)}
    return measured(ChainFlow(tuple(datasets), (2, 4), (0.001, 0.3), 1), datasets)


@cache
def chain_descents():
    rates, sizes = (0.05, 0.1, 0.5, 0.9), (1, 3, "full")
    datasets = {"q1": difficult(1.0), "q10": difficult(10.0)}
    return measured(ChainDescent(tuple(datasets), 0.01, rates, sizes, 2, 2500), datasets)


@cache
def chain_batches():
    return measured(ChainBatches(D, 0.3, 3, 40, 10), {"d": data(7, 3)})
