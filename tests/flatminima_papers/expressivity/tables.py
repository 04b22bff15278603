"""Small measurements of each kind, made once, and the verdicts on them."""

from functools import cache
from importlib import import_module

import pandas as pd

from flatminima.measurements import Given, tabulate
from flatminima_papers.expressivity.measurements.affine_transport import AffineTransport
from flatminima_papers.expressivity.measurements.built_network import BuiltNetwork
from flatminima_papers.expressivity.measurements.composed_networks import ComposedNetworks
from flatminima_papers.expressivity.measurements.constructed_descent import ConstructedDescent
from flatminima_papers.expressivity.measurements.constructed_sharpness import ConstructedSharpness
from flatminima_papers.expressivity.measurements.linear_pieces import LinearPieces
from flatminima_papers.expressivity.measurements.maximum_networks import MaximumNetworks
from flatminima_papers.expressivity.measurements.multilinear_grids import MultilinearGrids
from flatminima_papers.expressivity.measurements.network_calculus import NetworkCalculus
from flatminima_papers.expressivity.measurements.product_networks import ProductNetworks
from flatminima_papers.expressivity.measurements.relative_errors import RelativeErrors
from flatminima_papers.expressivity.measurements.transport_networks import TransportNetworks
from flatminima_papers.expressivity.measurements.widths_needed import WidthsNeeded

RING = {"lipschitz": 1.5, "time": 1.0, "reference_steps": 100}
SEARCH = {"points": 1000, "evaluations": 4000}

SMALL = {
    "network_calculus": (NetworkCalculus(5, 6, 3),),
    "maximum_networks": (MaximumNetworks((2, 4, 8, 64), 20, 0.1),),
    "product_networks": (
        ProductNetworks((4, 8, 32), (4.0**-4, 1e-5), ("whole", "node"), (1.0,), 32, **SEARCH),
        ProductNetworks((4, 8), (4.0**-4,), ("whole",), (2.0,), 2, **SEARCH),
    ),
    "composed_networks": (
        ComposedNetworks(
            ("rough_maximum", "cosines_smooth", "limit"), (2, 4, 8, 16, 32), (0.4, 0.2, 0.1),
            20_000, points=100, evaluations=500,
        ),
    ),
    "multilinear_grids": (MultilinearGrids((1, 2, 3), (9, 17, 33, 65), 2001),),
    "transport_networks": (
        TransportNetworks(
            ("hardtanh",), ("euler", "heun"), ("plain",), (8, 12, 16, 24), (11, 22, 44, 66),
            points=60, **RING,
        ),
        TransportNetworks(
            ("hardtanh",), ("euler",), ("identity",), (8,), (11, 22, 44, 66), points=60, **RING
        ),
        TransportNetworks(
            ("tanh",), ("euler",), ("plain", "identity"), (4,), (22, 44, 88, 175, 350),
            points=5, **RING,
        ),
    ),
    "affine_transport": (AffineTransport((4, 8), 1.5, 1.0, 20, 400),),
    "linear_pieces": (LinearPieces(20, 3, 2, 4),),
    "widths_needed": (WidthsNeeded((4, 8, 16, 24), (1.0, 2.0), (1, 2), 0.1),),
    "constructed_sharpness": (
        ConstructedSharpness(("maximum", "square", "sawtooth"), (1, 2, 3), 60),
    ),
    "constructed_descent": (
        ConstructedDescent((4,), (0.9, 1.1), (0.5,), 1e-5, 60, 1000),
    ),
    "relative_errors": (
        RelativeErrors(
            ("maximum", "product"), ("kernel", "features", "constructed"), (2, 8), 1, 500, 200,
            0.1, 1, (0.01,),
        ),
        RelativeErrors(("maximum",), ("trained",), (2, 4), 3, 500, 200, 0.1, 200, (0.003, 0.01)),
    ),
    "built_network": (BuiltNetwork(("maximum", "product"), 4, 2),),
}  # fmt: skip


def measured(kind, place=0):
    """Measure one of the small measurements of a kind."""
    return tabulate(SMALL[kind][place], Given(f"e{place}", 0, {}, {}))


@cache
def table_of(kind):
    """Return the tables of all small measurements of a kind, one below the other."""
    tables = [measured(kind, place) for place in range(len(SMALL[kind]))]
    return pd.concat(tables, ignore_index=True)


def judged(kind, table=None, reduced=None):
    """Return the claims of a kind by their names, from a table that is reduced if it has to be."""
    table = table_of(kind) if table is None else table
    measurement = SMALL[kind][0]
    if reduced is None and measurement.reduced is not None:
        reduced = measurement.reduce(table, {})
    module = import_module(f"flatminima_papers.expressivity.claims.{kind}")
    rows = module.claims(table, reduced)
    assert len({row["claim"] for row in rows}) == len(rows)
    return {row["claim"]: row for row in rows}


def verdicts(kind, table=None, reduced=None):
    """Return the verdict on each claim."""
    return {name: row["verdict"] for name, row in judged(kind, table, reduced).items()}
