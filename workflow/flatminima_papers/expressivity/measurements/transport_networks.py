"""Transport equations by networks of time steps: errors, bounds, parameters, and residuals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Gt, Le, Len

from flatminima.core.columns import EXPERIMENT, Column, Words, typed
from flatminima.core.costs import Work
from flatminima.core.kinds import Axis, PositiveInteger, PositiveIntegers
from flatminima.core.seeding import random_generator
from flatminima.datasets import DataSize
from flatminima.measurements import Datasets, Given, Measurement
from flatminima_papers.expressivity.columns import COUNTS, DIMENSION, Points

__all__ = ["TransportNetworks"]

METHOD = Column("method", "str", words=Words(values={"euler": "Euler", "heun": "Heun"}))
DRIFT = Column("drift", "str", words=Words(values={"hardtanh": "piecewise linear", "tanh": "tanh"}))
JOINED = Column(
    "joined",
    "str",
    words=Words("composition", values={"plain": "plain", "identity": "with identity layers"}),
)

NUDGE = 1e-3
"""Of time and place, in the differences that stand for derivatives in the equation."""


@dataclass(frozen=True)
class TransportNetworks(Measurement):
    """Solves u_t = b . grad u from u_0 = max by networks, for a drift b on a ring.

    b = B sigma(W x + c), where the rows of B have the absolute sum 1 and those of W the sum L. With
    the drift ``hardtanh`` a network computes b exactly; ``tanh`` is interpolated, as accurately as
    Euler's error allows. The exact solution is the flow by many steps of order 4. `residual` is the
    median of |u_t - b . grad u| of the network as a function of t and x, over the median of
    |b . grad u|, and `wrong_sign_residual` that of |u_t + b . grad u|.
    """

    columns: ClassVar[tuple[Column, ...]] = (
        EXPERIMENT,
        DRIFT,
        METHOD,
        JOINED,
        DIMENSION,
        Column("steps", "int64", words=Words(label="steps $N$")),
        *COUNTS,
        Column("step_parameters", "int64", words=Words("non-zero parameters of one step")),
        Column("error", words=Words("largest error")),
        Column("bound", words=Words("certified error")),
        Column(
            "inverse_bound", words=Words("one over the certified error", label=r"$1/\varepsilon$")
        ),
        Column("backward_error", words=Words("largest difference from the backward flow")),
        Column("residual", words=Words("residual of the equation")),
        Column("wrong_sign_residual", words=Words("residual with the wrong sign")),
    )
    reduced: ClassVar[str | None] = "transport_exponents"
    reduced_columns: ClassVar[tuple[Column, ...]] = (
        DRIFT,
        METHOD,
        JOINED,
        DIMENSION,
        Column("quantity", "str"),
        Column("value", words=Words("fitted exponent")),
        Column("low", words=Words("95 % interval, low")),
        Column("high", words=Words("95 % interval, high")),
        Column("cases", "int64"),
    )

    drift: Annotated[tuple[Literal["hardtanh", "tanh"], ...], Len(1), Axis()]
    """The activation sigma of the drift."""
    method: Annotated[tuple[Literal["euler", "heun"], ...], Len(1), Axis()]
    """How a time step is made."""
    joined: Annotated[tuple[Literal["plain", "identity"], ...], Len(1), Axis()]
    """Whether an identity layer stands between two steps."""
    dimension: Annotated[tuple[Annotated[int, Ge(3), Le(256)], ...], Len(1), Axis()]
    """The numbers d of coordinates on the ring."""
    steps: PositiveIntegers
    """The numbers N of steps."""
    lipschitz: Annotated[float, Gt(0), Le(4)]
    """The Lipschitz constant L of the drift."""
    time: Annotated[float, Gt(0), Le(4)]
    """T."""
    points: Points
    """At how many points of [-1, 1]^d the solution is looked at."""
    reference_steps: PositiveInteger
    """Of the method of order 4."""

    def rows(self, given: Given) -> Iterator[dict[str, Any]]:
        """Measure each drift, dimension, method, composition and number of steps."""
        from flatminima_papers.expressivity.theory.maximum import maximum
        from flatminima_papers.expressivity.theory.transport import flow, ring_drift

        exact = {"hardtanh": lambda z: np.clip(z, -1, 1), "tanh": np.tanh}
        for name, dimension in product(self.drift, self.dimension):
            generator = random_generator(given.seed, "transport", given.name, name, dimension)
            ring = ring_drift(dimension, self.lipschitz, generator)
            points = generator.uniform(-1, 1, (self.points, dimension))
            drift = lambda x, b=ring, s=exact[name]: b(x, s)  # noqa: E731
            ahead, back = (
                flow(drift, points, time, self.reference_steps).max(1)
                for time in (self.time, -self.time)
            )
            last = maximum(dimension)
            for method, joined, steps in product(self.method, self.joined, self.steps):
                solution = self._solver(ring, name, method, joined, steps, last)
                step, network = solution(self.time)
                values = network(points)[:, 0]
                bound = self._bound(name, steps) if method == "euler" else np.nan
                yield {
                    "experiment": given.name,
                    "drift": name,
                    "method": method,
                    "joined": joined,
                    "dimension": dimension,
                    "steps": steps,
                    "parameters": network.parameters,
                    "nonzeros": network.nonzeros,
                    "hidden_layers": network.hidden_layers,
                    "step_parameters": step.nonzeros,
                    "error": np.abs(values - ahead).max(),
                    "bound": bound,
                    "inverse_bound": 1 / bound,
                    "backward_error": np.abs(values - back).max(),
                    **self._residuals(solution, network, drift, points),
                }

    def _bound(self, name: str, steps: int) -> float:
        """Return the certified error of Euler's method; half of it is the drift's for tanh."""
        from flatminima_papers.expressivity.theory.transport import euler_bound

        return (2 if name == "tanh" else 1) * euler_bound(self.time, steps, self.lipschitz)

    def _solver(self, ring: Any, name: str, method: str, joined: str, steps: int, last: Any) -> Any:
        """Return the function from a time to a step and the network of all steps."""
        from flatminima_papers.expressivity.theory.transport import (
            HARDTANH,
            compositions,
            drift_network,
            euler_bound,
            euler_step,
            heun_step,
            interpolated_tanh,
        )

        sigma = HARDTANH
        if name == "tanh":
            growth = euler_bound(self.time, steps, self.lipschitz, drift_error=1.0)
            alone = euler_bound(self.time, steps, self.lipschitz)
            reach = self.lipschitz * (1 + self.time) + np.abs(ring.shift).max()
            sigma = interpolated_tanh(alone / (growth - alone), reach)
        network = drift_network(ring, sigma)
        make_step = {"euler": euler_step, "heun": heun_step}[method]

        def solution(time: float) -> tuple:
            step = make_step(network, time / steps)
            through = joined == "identity"
            return step, compositions(step, steps, last, through_identity=through)

        return solution

    def _residuals(self, solution: Any, network: Any, drift: Any, points: np.ndarray) -> dict:
        """Return the residual of the equation by central differences in time and along b."""
        later, sooner = (solution(self.time + sign * NUDGE)[1](points)[:, 0] for sign in (1, -1))
        moves = NUDGE * drift(points)
        ahead, behind = network(points + moves)[:, 0], network(points - moves)[:, 0]
        by_time, along = (later - sooner) / (2 * NUDGE), (ahead - behind) / (2 * NUDGE)
        size = np.median(np.abs(along))
        return {
            "residual": np.median(np.abs(by_time - along)) / size,
            "wrong_sign_residual": np.median(np.abs(by_time + along)) / size,
        }

    @classmethod
    def reduce(cls, table: Any, datasets: Datasets) -> Any:
        """Fit exponents: of errors in N, of counts in 1/eps and in d, and of what filling in costs.

        The last is that of M without identity layers over M with them, in 1/eps. Counts are fitted
        in d at the most steps, where `dimension` is 0.
        """
        del datasets
        import pandas as pd

        from flatminima_papers.expressivity.theory.exponents import fit_powers

        rows = []

        def fit(names: Sequence, quantity: str, y: Any, x: Any) -> None:
            y, x = (values.to_numpy(dtype=float) for values in (y, x))
            if len(y) >= 3 and np.isfinite(x).all():
                (fitted,) = fit_powers(y, x)
                keys = ("drift", "method", "joined", "dimension")
                rows.append(
                    dict(zip(keys, names, strict=True))
                    | {"quantity": quantity, **fitted._asdict(), "cases": len(y)}
                )

        shared = ["drift", "method", "joined"]
        one_drift = ["experiment", *shared, "dimension"]
        for (_, *names), group in table.groupby(one_drift, sort=False):
            fit(names, "error_in_steps", group["error"], group["steps"])
            for count in ("nonzeros", "parameters"):
                fit(names, f"{count}_in_accuracy", group[count], group["inverse_bound"])
        finest = table.groupby(shared)["steps"].transform("max")
        for names, group in table[table["steps"] == finest].groupby(shared):
            for count in ("nonzeros", "parameters"):
                fit((*names, 0), f"{count}_in_dimension", group[count], group["dimension"])
        pairs = ["drift", "method", "dimension", "steps", "inverse_bound"]
        counts = table.pivot_table(values="nonzeros", index=pairs, columns="joined").reset_index()
        if {"plain", "identity"} <= set(counts):
            counts = counts.dropna()
            for (drift, method, dimension), group in counts.groupby(pairs[:3]):
                ratio = group["plain"] / group["identity"]
                names = (drift, method, "identity", dimension)
                fit(names, "fill_in_in_accuracy", ratio, group["inverse_bound"])
        types = typed(cls.reduced_columns)
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    def work(self, sizes: Mapping[str, DataSize]) -> Work:
        """Return what it takes."""
        del sizes
        networks = 0.0
        for method, joined in product(self.method, self.joined):
            heavier = (3 if method == "heun" else 1) * (2 if joined == "identity" else 1)
            networks += heavier * sum(self.steps)
        coordinates = sum(self.dimension) * len(self.drift)
        evaluations = 5 * networks * coordinates * self.points
        reference = 8 * self.reference_steps * coordinates * self.points
        networks *= len(self.drift) * len(self.dimension)
        seconds = 0.2 + 3e-8 * evaluations + 1e-8 * reference + 4e-4 * networks
        return Work(seconds, 200.0 * max(self.dimension) * max(self.steps))
