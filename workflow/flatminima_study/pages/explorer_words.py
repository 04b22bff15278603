"""What the explorer says about experiments, besides their tables."""

from collections.abc import Iterator
from typing import Any

from flatminima.core import columns
from flatminima.core.columns import Column
from flatminima.quantities import ends_of_paths, quantity_columns
from flatminima_study.planning.study import Experiment, Study

__all__ = ["explorer_words"]


def explorer_words(study: Study) -> dict[str, Any]:
    """Return what the page says about each experiment and column, as plain values."""
    shown = (column for one in study.experiments.values() for column in _explored_columns(one))
    return {
        "experiments": {
            name: {
                "paper": study.paper_of("experiments", name).title,
                "network": experiment.network.describe(),
                "axes": [column.name for column in coloured(experiment)],
                "quantities": list(experiment.quantities),
            }
            for name, experiment in study.experiments.items()
        },
        "columns": {
            column.name: {
                "definition": columns.definition(column),
                **columns.described([column])[column.name],
            }
            for column in shown
        },
        "derived": sorted(
            {
                column.name
                for experiment in study.experiments.values()
                for column in quantity_columns(experiment.quantities, "derived")
            }
        ),
        "ends": {
            name: end
            for experiment in study.experiments.values()
            for name, end in ends_of_paths(experiment.quantities).items()
        },
    }


def coloured(experiment: Experiment) -> list[Column]:
    """Return the columns of an experiment's axes, those with colours first."""
    first = ("learning_rate", "depth", "width", "init_scale", "dataset")
    return sorted(
        experiment.axis_columns,
        key=lambda column: first.index(column.name) if column.name in first else -1,
    )


def _explored_columns(experiment: Experiment) -> Iterator[Column]:
    yield from (columns.EXPERIMENT, *experiment.axis_columns, columns.STEP, columns.STEPS)
    yield from (columns.REPETITION, columns.OUTCOME, columns.DIVERGED_AT)
    for table in ("run", "derived", "path"):
        yield from quantity_columns(experiment.quantities, table)
    yield from (*columns.PROBABILITIES, *columns.STATISTICS)
