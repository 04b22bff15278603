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
    overview_parameters,
    regression_parameters,
    summary_parameters,
    theory_parameters,
)

__all__ = ["Product", "list_products", "summary_tables"]

CONTAINED = ("data", "batches", "source", "datasets", "measurements", "tables")
"""Parameters of other files, which are products themselves."""


@dataclass(frozen=True)
class Product:
    """A file that a job makes.

    Attributes:
        path: Relative to the folder of the study.
        job: What makes it, as its log and its timing are named: the rule, and what of it.
        parameters: What makes it.
    """

    path: str
    job: str
    parameters: dict[str, Any]

    @property
    def rule(self) -> str:
        """The rule that makes it."""
        return self.job.partition("/")[0]

    @property
    def own_parameters(self) -> dict[str, Any]:
        """The parameters without those of the files it is made from."""
        return {key: value for key, value in self.parameters.items() if key not in CONTAINED}


SUMMARIES = "results/summaries/"


def list_products(study: Study) -> Iterator[Product]:
    """Yield the files of a study, in the order of the flow."""
    yield from _numbers_and_figures(study)
    tables = summary_tables(study)
    for name in tables:
        yield Product(f"results/tables/{name}.html", "render_tables", {"tables": tables})
    yield Product("results/explorer.html", "draw_explorer", explorer_parameters(study))


def summary_tables(study: Study) -> dict[str, dict[str, Any]]:
    """Return what makes each summary, by its path in results/summaries without ending."""
    return {
        product.path.removeprefix(SUMMARIES).removesuffix(".parquet"): product.parameters
        for product in _numbers_and_figures(study)
        if product.path.startswith(SUMMARIES) and product.path.endswith(".parquet")
    }


def _numbers_and_figures(study: Study) -> Iterator[Product]:
    for name in study.datasets:
        yield Product(
            f"results/datasets/{name}.npz",
            f"make_dataset/{name}",
            dataset_parameters(study, name),
        )
    for name, experiment in study.experiments.items():
        recorded = experiment.record_every is not None
        for table in ("runs", "trajectories") if recorded else ("runs",):
            for batch in experiment.batches.values():
                yield Product(
                    f"results/{table}/{name}/{batch.name}.parquet",
                    f"{'record' if recorded else 'train'}_batch/{name}/{batch.name}",
                    batch_parameters(study, batch, table),
                )
            yield Product(
                f"results/{table}/{name}.parquet",
                f"gather_{table}/{name}",
                gathered_parameters(study, name, table),
            )
            folder = "" if table == "runs" else f"{table}/"
            parameters = summary_parameters(study, name, table)
            yield from _summary(f"{folder}{name}", f"summarise_{table}/{name}", parameters)
        parameters = theory_parameters(study, name)
        yield from _summary(f"theory/{name}", f"tabulate_theory/{name}", parameters)
    for name in study.measurements:
        parameters = measurement_parameters(study, name)
        yield from _summary(f"measurements/{name}", f"measure_theory/{name}", parameters)
    for table in ("claims", "critical_rates") if study.measurements else ():
        yield from _summary(table, "judge_claims", claims_parameters(study, table))
    for name, figure in study.figures.items():
        if figure["kind"] == "scatter":
            parameters = regression_parameters(study, name)
            yield from _summary(f"regressions/figure_{name}", f"fit_regression/{name}", parameters)
        for ending in ("pdf", "png"):
            yield Product(
                f"results/figures/figure_{name}.{ending}",
                f"plot_figure/{name}",
                figure_parameters(study, name),
            )
    yield from _summary("overview", "tabulate_overview", overview_parameters(study))


def _summary(name: str, job: str, parameters: dict[str, Any]) -> Iterator[Product]:
    for ending in ("parquet", "csv"):
        yield Product(f"{SUMMARIES}{name}.{ending}", job, parameters)
