"""What holds along gradient flow, and the order in the scale to which its end is balanced.

"Paper" is Marion and Chizat, arXiv:2405.13456.  The starts of one repetition are multiples of one
draw.  So a quantity of order s^m in the scale s shows this order without the scatter of the draws.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Len

from flatminima.core.columns import (
    ASSUMPTIONS,
    CERTIFICATE_GAP,
    INIT_SCALE,
    NETWORK,
    REPETITION,
    Column,
    Words,
)
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, DatasetNames, Depths, PositiveInteger, PositiveNumbers
from flatminima.datasets import Dataset, DataSize
from flatminima.measurements import Given, Measurement, linear_networks, linear_work
from flatminima.networks.linear.network import LinearNetwork
from flatminima.theory.starts import NetworkSpecification, build_network

__all__ = ["FlowLaws"]

LINEAR_REGIME = (1e-8, 1e-13)
"""The levels of the decay: the excess risk over that of the zero network."""

EARLIEST_TIME = 1.0
"""The paper's inequality of Polyak and Lojasiewicz is claimed from this time on."""

POINTS_OF_THE_PATH = 50
"""The number of steps, evenly chosen, at which the layers are decomposed."""


@dataclass(frozen=True)
class FlowLaws(Measurement):
    """Follows gradient flows and measures what the paper proves about path and end.

    - `rest_share`, `spread_share`, `misalignment_share`, `davis_kahan_share`: the largest along
      the path (see `theory.balance`); `imbalance` is E.
    - `lojasiewicz_constant`: mu, the infimum along the path from time 1 of ||grad R||^2 /
      (R - R_min) (Theorem 3). Its lower bound in the proof is `first_layer_constant`, the infimum
      of 4 lambda ||u_1||^2. `mean_rate` is the mean rate of the excess risk from time 1 to the end.
    - `decay_rate`: the rate of the excess risk between the levels of `LINEAR_REGIME`, and the rate
      of the linear flow dw/dt = -2 M Sigma (w - w*) with M at the end.
    - at the end: the largest `rest` (||W_k||_F^2 - sigma_k^2), `misalignment`
      (1 - (v_{k+1} . u_k)^2) and `spread` (|sigma_j^2 - sigma_k^2|) of Corollary 1, the
      sharpness, `corollary_2_bound` = 4 (Lambda / a) S_min, and `layer_norms_bound`, above every
      minimiser's sharpness (`theory.random_minimisers.upper_layer_norm_bound`).

    The columns of path and end are NaN if a flow fails.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        *NETWORK,
        INIT_SCALE,
        REPETITION,
        *ASSUMPTIONS,
        Column("outcome", "str"),
        Column(
            "imbalance", words=Words("imbalance of the start", label="imbalance $E$ of the start")
        ),
        Column("rest_share", words=Words("share of the bound of the rest", label="rest / $E$")),
        Column(
            "spread_share", words=Words("share of the bound of the spread", label="spread / $D$")
        ),
        Column(
            "misalignment_share",
            words=Words("share of the bound of the misalignment", label="misalignment / bound"),
        ),
        Column(
            "davis_kahan_share",
            words=Words(
                "share of the sharper bound of the misalignment",
                label="misalignment / sharper bound",
            ),
        ),
        Column(
            "lojasiewicz_constant",
            words=Words("constant of Theorem 3", label=r"$\mu$ along the path"),
        ),
        Column(
            "first_layer_constant",
            words=Words("bound by the first layer", label=r"$4\lambda\, \inf \|u_1\|^2$"),
        ),
        Column("mean_rate"),
        Column("decay_rate"),
        Column("predicted_decay_rate"),
        Column("rest", words=Words("rest beside rank one", label=r"$\|W_k\|_F^2 - \sigma_k^2$")),
        Column("misalignment", words=Words(label=r"$1 - (v_{k+1}\cdot u_k)^2$")),
        Column("spread", words=Words("spread of the norms", label=r"$|\sigma_j^2 - \sigma_k^2|$")),
        Column("final_sharpness", words=Words("sharpness at the end")),
        Column("minimal_sharpness", words=Words(label=r"$S_{\min}$")),
        CERTIFICATE_GAP,
        Column(
            "balanced_sharpness", words=Words("balanced minimiser", label=r"$S_\mathrm{balanced}$")
        ),
        Column(
            "corollary_2_bound",
            words=Words("what Corollary 2 allows", label=r"$4(\Lambda/a)\,S_{\min}$"),
        ),
        Column(
            "layer_norms_bound",
            words=Words(
                "bound by the norms of the layers",
                label=r"$2\Lambda \sum_k \prod_{j\neq k} \|W_j\|^2$",
            ),
        ),
    )

    dataset: DatasetNames
    """The data, by name."""
    initialisation: Annotated[tuple[Literal["gaussian", "one_layer_zero"], ...], Len(1), Axis()]
    """Initialisations; one_layer_zero satisfies assumption A1 of the paper."""
    depth: Depths
    """The numbers of layers L."""
    init_scale: PositiveNumbers
    """The scales s of the initialisation."""
    repetitions: PositiveInteger
    """Flows of each scale."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each flow; `outcome` is ``converged`` or ``not_converged``."""
        for network in linear_networks(self, given.datasets):
            yield from self._flows(*network, given)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return the cost of the measurement."""
        return linear_work(self, sizes, flows=1)

    def _flows(
        self, dataset: Dataset, name: str, specification: NetworkSpecification, given: Given
    ) -> Iterator[dict[str, Any]]:
        """Return the rows of one network."""
        from flatminima.core.seeding import random_generator
        from flatminima.networks import initialise
        from flatminima.theory import closed_forms
        from flatminima_papers.flat_minima.theory.certificates import certify_minimal_sharpness

        network = build_network(specification, dataset, given.seed, given.name)
        problem = (dataset.covariance, dataset.minimum_norm_solution, specification.depth)
        smallest = closed_forms.minimal_sharpness(*problem)
        constant = closed_forms.flow_bound(*problem) / closed_forms.lower_bound(*problem)
        forms = {
            "minimal_sharpness": smallest,
            "certificate_gap": certify_minimal_sharpness(*problem).gap,
            "balanced_sharpness": closed_forms.balanced_sharpness(*problem),
            "corollary_2_bound": constant * smallest,
        }
        for repetition in range(self.repetitions):
            identity = (given.name, name, *vars(specification).values(), repetition)
            generator = random_generator(given.seed, "flow_law", *identity)
            kind = specification.initialisation
            draw = initialise(kind, network.layer_shapes, 1.0, generator)
            for init_scale in self.init_scale:
                yield (
                    specification.columns(given.name, name)
                    | {"init_scale": init_scale, "repetition": repetition}
                    | forms
                    | _measure_flow(network, init_scale * draw)
                )


def _measure_flow(network: LinearNetwork, initial: np.ndarray) -> dict:
    """Return the measured columns of one flow."""
    from flatminima.theory.gradient_flow import FlowError, gradient_flow
    from flatminima.theory.layer_structure import minimiser_spectrum
    from flatminima_papers.flat_minima.theory.assumptions import check_assumptions
    from flatminima_papers.flat_minima.theory.balance import (
        lemma_2_shares,
        measure_balance,
        measure_imbalance,
    )
    from flatminima_papers.flat_minima.theory.random_minimisers import upper_layer_norm_bound

    assumptions = check_assumptions(network, initial)
    imbalance = measure_imbalance(network, initial)
    row = {
        "assumption_1": assumptions.risk_below_zero_network,
        "assumption_2": assumptions.full_rank_covariance,
        "outcome": "not_converged",
        "imbalance": imbalance.rest,
    }
    try:
        states = list(gradient_flow(network, initial))
    except FlowError:
        return row
    chosen = states[:: -(-len(states) // POINTS_OF_THE_PATH)]
    shares = [lemma_2_shares(imbalance, measure_balance(network, s.parameters)) for s in chosen]
    end = states[-1].parameters
    balance = measure_balance(network, end)
    return (
        row
        | {name: max(share[name] for share in shares) for name in shares[0]}
        | _lojasiewicz_constants(network, states)
        | _decay_rates(network, states)
        | {
            "outcome": "converged",
            "rest": float(balance.rests.max()),
            "misalignment": float(balance.misalignments.max()),
            "spread": float(np.ptp(balance.squares)),
            "final_sharpness": float(minimiser_spectrum(network, end)[-1]),
            "layer_norms_bound": upper_layer_norm_bound(network, end),
        }
    )


def _lojasiewicz_constants(network: LinearNetwork, states: list) -> dict[str, float]:
    """Return mu, its bound by the gradient of the first layer, and the resulting rate."""
    from flatminima.core.covariances import covariance_range
    from flatminima.theory.layer_structure import suffixes

    later = [state for state in states if state.time >= EARLIEST_TIME] or states[-2:]
    eigenvalue = covariance_range(network.dataset.covariance)[0][0]
    after_first = [suffixes(network, state.parameters)[0] for state in later]
    first, last = later[0], later[-1]
    return {
        "lojasiewicz_constant": min(s.squared_gradient / s.excess_risk for s in later),
        "first_layer_constant": float(4 * eigenvalue * min(u @ u for u in after_first)),
        "mean_rate": np.log(first.excess_risk / last.excess_risk) / (last.time - first.time),
    }


def _decay_rates(network: LinearNetwork, states: list) -> dict[str, float]:
    """Return the rate of the excess risk late on the path, and that of the linear flow there.

    The flow is started again late on the path.  A plateau can make the time of the whole path
    longer than 10^16, and then the difference of two late times would be lost to rounding.
    """
    from scipy.linalg import expm

    from flatminima.core.covariances import covariance_root
    from flatminima.theory.gradient_flow import gradient_flow
    from flatminima.theory.layer_structure import predictor_kernel

    dataset, end = network.dataset, states[-1].parameters
    root, solution = covariance_root(dataset.covariance), dataset.minimum_norm_solution
    levels = np.sum((root @ solution) ** 2) * np.array(LINEAR_REGIME)
    first = next(state for state in states if state.excess_risk <= levels[0])
    anew = gradient_flow(network, first.parameters)
    last = next(state for state in anew if state.excess_risk <= levels[1])
    error = root @ (network.product(first.parameters[:, None])[:, 0] - solution)
    generator = 2 * root @ predictor_kernel(network, end) @ root.T
    predicted = np.sum((expm(-last.time * generator) @ error) ** 2)
    return {
        "decay_rate": float(np.log(first.excess_risk / last.excess_risk) / last.time),
        "predicted_decay_rate": float(np.log(first.excess_risk / predicted) / last.time),
    }
