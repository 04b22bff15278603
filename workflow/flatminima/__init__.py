"""Sharpness of the minima that gradient descent finds in deep linear networks.

This is the mathematics of the study and nothing else: no module here knows about
Snakemake, files or the configuration.

There are seven families of kinds: datasets, networks, optimisers, quantities, measurements,
claims and figures.  Each kind is one module (see `flatminima.core.kinds`).  Kinds use `kernels`
(compiled loops), `sharpness`, `theory`, `runs`, `summaries` and, for figures, `plotting`.

What people want most is offered here: `sharpness_of` and `HessianOperator` for layers of your own,
`Dataset`, and the closed forms `minimal_sharpness`, `critical_learning_rate` and
`stochastic_critical_learning_rate`.
"""

import importlib
from typing import Any

OFFERED = {
    "Dataset": "datasets",
    "HessianOperator": "sharpness.of_layers",
    "critical_learning_rate": "theory.closed_forms",
    "minimal_sharpness": "theory.closed_forms",
    "sharpness_of": "sharpness.of_layers",
    "stochastic_critical_learning_rate": "theory.stochastic_rates",
}
"""Where each of them is defined."""

__all__ = [*OFFERED]


def __getattr__(name: str) -> Any:
    """Import one of them when it is first used, so that no job loads what it does not need."""
    if name not in OFFERED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{OFFERED[name]}"), name)
