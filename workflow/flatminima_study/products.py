"""Every file that a study can make: where it lies, which rule makes it, and from what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flatminima_study.plan import Study
from flatminima_study.records import (
    batch_parameters,
    claims_parameters,
    dataset_parameters,
    explorer_parameters,
    figure_parameters,
    gathered_parameters,
    measurement_parameters,
    regression_parameters,
    summary_parameters,
    theory_parameters,
)

__all__ = ["Product", "list_products"]


@dataclass(frozen=True)
class Product:
    """A file that a rule makes.

    Attributes:
        path: Relative to the folder of the study.
        rule: The rule that makes it.
        parameters: What makes it.
    """

    path: str
    rule: str
    parameters: dict[str, Any]


def list_products(study: Study) -> Iterator[Product]:
    """Yield the files of a study, in the order of the flow."""
    for name in study.datasets:
        yield Product(
            f"results/datasets/{name}.npz", "make_dataset", dataset_parameters(study, name)
        )
    for name, experiment in study.experiments.items():
        recorded = experiment.record_every is not None
        for table in ("runs", "trajectories") if recorded else ("runs",):
            for batch in experiment.batches.values():
                yield Product(
                    f"results/{table}/{name}/{batch.name}.parquet",
                    "record_batch" if recorded else "train_batch",
                    batch_parameters(study, batch, table),
                )
            yield Product(
                f"results/{table}/{name}.parquet",
                f"gather_{table}",
                gathered_parameters(study, name, table),
            )
            folder = "" if table == "runs" else f"{table}/"
            parameters = summary_parameters(study, name, table)
            yield from _summary(f"{folder}{name}", f"summarise_{table}", parameters)
        yield from _summary(f"theory/{name}", "tabulate_theory", theory_parameters(study, name))
    for name in study.measurements:
        parameters = measurement_parameters(study, name)
        yield from _summary(f"measurements/{name}", "measure_theory", parameters)
    for table in ("claims", "critical_rates") if study.measurements else ():
        yield from _summary(table, "judge_claims", claims_parameters(study, table))
    for name, figure in study.figures.items():
        if figure["kind"] == "scatter":
            parameters = regression_parameters(study, name)
            yield from _summary(f"regressions/figure_{name}", "fit_regression", parameters)
        for ending in ("pdf", "png"):
            yield Product(
                f"results/figures/figure_{name}.{ending}",
                "plot_figure",
                figure_parameters(study, name),
            )
    yield Product("results/explorer.html", "draw_explorer", explorer_parameters(study))


def _summary(name: str, rule: str, parameters: dict[str, Any]) -> Iterator[Product]:
    for ending in ("parquet", "csv"):
        yield Product(f"results/summaries/{name}.{ending}", rule, parameters)
