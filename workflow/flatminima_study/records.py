"""What makes each file: plain values, which contain those of the files it is made from.

A rule passes such parameters to its script, which writes them into its output and
expects the contained ones in its inputs.
"""

from collections.abc import Iterable
from typing import Any

from flatminima_study.plan import Batch, Study
from flatminima_study.workloads import workloads

__all__ = [
    "batch_parameters",
    "claims_parameters",
    "cost_parameters",
    "dataset_parameters",
    "explorer_parameters",
    "figure_parameters",
    "gathered_parameters",
    "measurement_parameters",
    "overview_parameters",
    "regression_parameters",
    "summary_parameters",
    "theory_parameters",
]

Parameters = dict[str, Any]


def dataset_parameters(study: Study, name: str) -> Parameters:
    """Return what makes a dataset."""
    return {"table": "dataset", "name": name, "seed": study.seed, **study.datasets[name]}


def batch_parameters(study: Study, batch: Batch, table: str) -> Parameters:
    """Return what makes the ``runs`` or ``trajectories`` of a training job."""
    return {
        "table": table,
        **batch.parameters(),
        "seed": study.seed,
        "gradient_tolerance": study.gradient_tolerance,
        "data": dataset_parameters(study, batch.dataset),
    }


def gathered_parameters(study: Study, experiment: str, table: str) -> Parameters:
    """Return what makes the ``runs`` or ``trajectories`` of an experiment."""
    batches = study.experiments[experiment].batches.values()
    return {
        "table": f"gathered_{table}",
        "batches": [batch_parameters(study, batch, table) for batch in batches],
    }


def summary_parameters(study: Study, experiment: str, table: str) -> Parameters:
    """Return what makes the summary of an experiment's ``runs`` or ``trajectories``."""
    return {
        "table": f"summary_of_{table}",
        "seed": study.seed,
        "source": gathered_parameters(study, experiment, table),
    }


def theory_parameters(study: Study, name: str) -> Parameters:
    """Return what makes the lines of theory of an experiment."""
    experiment = study.experiments[name]
    return {
        "table": "theory",
        "experiment": name,
        "datasets": _datasets(study, experiment.datasets),
        "depths": list(experiment.depths),
        "learning_rates": list(experiment.axis_values("learning_rate")),
        "linear": experiment.kind == "linear",
    }


def regression_parameters(study: Study, figure: str) -> Parameters:
    """Return what makes the regression line of a scatter figure."""
    block = study.figures[figure]
    return {
        "table": "regression",
        "x": block["x"],
        "y": block["y"],
        "select": block.get("select", {}),
        "source": gathered_parameters(study, block["experiment"], "runs"),
    }


def measurement_parameters(study: Study, name: str) -> Parameters:
    """Return what makes a measurement of the theory."""
    block = study.measurements[name]
    return {
        "table": "measurement",
        "name": name,
        "seed": study.seed,
        "measurement": block,
        "datasets": _datasets(study, block.get("dataset", [])),
    }


def claims_parameters(study: Study, table: str) -> Parameters:
    """Return what makes the table of ``claims``, or of ``critical_rates``."""
    measured = {name for block in study.measurements.values() for name in block.get("dataset", [])}
    return {
        "table": table,
        "measurements": [measurement_parameters(study, name) for name in study.measurements],
        "datasets": _datasets(study, sorted(measured)),
    }


def figure_parameters(study: Study, name: str) -> Parameters:
    """Return what makes a figure: its block, and what makes each table it is drawn from."""
    figure = study.figures[name]
    if figure["kind"] == "measurement":
        measurement = figure["measurement"]
        if measurement in study.measurements:
            tables = {"table": measurement_parameters(study, measurement)}
        else:
            tables = {"table": claims_parameters(study, measurement)}
    elif figure["kind"] == "scatter":
        tables = {
            "runs": gathered_parameters(study, figure["experiment"], "runs"),
            "regression": regression_parameters(study, name),
        }
    else:
        source = "trajectories" if figure["kind"] == "trajectory" else "runs"
        tables = {
            "summary": summary_parameters(study, figure["experiment"], source),
            "theory": theory_parameters(study, figure["experiment"]),
        }
    return {"figure": figure, "tables": tables}


def overview_parameters(study: Study) -> Parameters:
    """Return what makes the overview of all experiments."""
    tables = {
        name: {
            "runs": gathered_parameters(study, name, "runs"),
            "theory": theory_parameters(study, name),
        }
        for name in study.experiments
    }
    return {"table": "overview", "tables": tables}


def cost_parameters(study: Study) -> Parameters:
    """Return what makes the table of costs."""
    return {"table": "cost", "jobs": workloads(study), "source": {"table": "benchmark"}}


def explorer_parameters(study: Study) -> Parameters:
    """Return what makes the page to explore: for each experiment what makes its tables."""
    return {"tables": {name: _explored_tables(study, name) for name in study.experiments}}


def _explored_tables(study: Study, experiment: str) -> Parameters:
    tables = {
        "runs": gathered_parameters(study, experiment, "runs"),
        "summary": summary_parameters(study, experiment, "runs"),
        "theory": theory_parameters(study, experiment),
    }
    if study.experiments[experiment].record_every is not None:
        tables["trajectories"] = summary_parameters(study, experiment, "trajectories")
    return tables


def _datasets(study: Study, names: Iterable[str]) -> list[Parameters]:
    return [dataset_parameters(study, name) for name in names]
