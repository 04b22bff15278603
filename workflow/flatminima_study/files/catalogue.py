"""Every file that a study can make: where it lies, which job makes it, and with what.

A job's own parameters are what it is told; what it reads is the business of its rule.  Rules,
targets, verification, manifest and crate all take paths and parameters from here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatminima import columns
from flatminima.kinds import Kind, names
from flatminima.quantities import ends_of_paths, quantity_columns
from flatminima_study.planning.code import code_of
from flatminima_study.planning.study import Experiment, Paper, Study

__all__ = ["Catalogue", "Product"]

SUMMARIES = "results/summaries/"

Kinds = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Product:
    """A file that a job makes.

    Attributes:
        path: Relative to the folder of the study.
        job: What makes it, as its log and its timing are named: the rule, and what of it.
        script: What the job runs, without ending.
        parameters: The job's own.
        kinds: The kinds whose code it uses, each with its family.
    """

    path: str
    job: str
    script: str
    parameters: dict[str, Any]
    kinds: Kinds = ()

    @property
    def rule(self) -> str:
        """The rule that makes it."""
        return self.job.partition("/")[0]

    @property
    def recipe(self) -> dict[str, Any]:
        """The job, its own parameters and the digest of the code that it uses."""
        return {
            "job": self.job,
            "parameters": self.parameters,
            "code": code_of(self.script, *self.kinds),
        }


@dataclass(frozen=True)
class Catalogue:
    """The files of a study."""

    study: Study

    @cached_property
    def products(self) -> dict[str, Product]:
        """Every file, by its path, in the order of the flow."""
        return {product.path: product for product in self._all()}

    @cached_property
    def jobs(self) -> dict[str, Product]:
        """Of every job one of its files."""
        return {product.job: product for product in self.products.values()}

    def recipe(self, job: str) -> dict[str, Any]:
        """Return what a job is told: plain values, all that decides what it makes of its inputs."""
        return self.jobs[job].recipe

    @property
    def summaries(self) -> list[str]:
        """The names of all summaries: paths below results/summaries, without ending."""
        return _names_of_summaries(self.products.values())

    def _all(self) -> Iterator[Product]:
        numbers = list(self._numbers_and_figures())
        yield from numbers
        tables = _names_of_summaries(numbers)
        for name in tables:
            yield Product(f"results/tables/{name}.html", *_job("render_tables"), {"tables": tables})
        explored = dict.fromkeys(
            ("quantities", name)
            for experiment in self.study.experiments.values()
            for name in experiment.quantities
        )
        words = explorer_words(self.study)
        yield Product("results/explorer.html", *_job("draw_explorer"), words, tuple(explored))

    def _numbers_and_figures(self) -> Iterator[Product]:
        study = self.study
        for name, dataset in study.datasets.items():
            yield Product(
                f"results/datasets/{name}.npz",
                *_job("make_dataset", name),
                {
                    "name": name,
                    "seed": study.seed,
                    "dataset": dataset.plain(),
                    "read": content_of(dataset.reads()),
                },
                _kinds(datasets=dataset),
            )
        for experiment in study.experiments.values():
            yield from self._experiment(experiment)
        for name, measurement in study.measurements.items():
            yield from _summary(
                f"measurements/{name}",
                _job("measure_theory", name),
                {"name": name, "seed": study.seed, "measurement": measurement.plain()},
                _kinds(measurements=measurement),
            )
        for paper in study.papers.values():
            yield from self._claims(paper)
        claimed = [paper.name for paper in study.papers.values() if paper.measurements]
        if claimed:
            yield from _summary("claims", _job("gather_claims"), {"papers": claimed})
        for name, figure in study.figures.items():
            yield from self._figure(name, figure)
        experiments = list(study.experiments)
        yield from _summary("overview", _job("tabulate_overview"), {"experiments": experiments})

    def _experiment(self, experiment: Experiment) -> Iterator[Product]:
        study, name = self.study, experiment.name
        axes = [column.name for column in experiment.optimiser.columns]
        quantities = list(experiment.quantities)
        measured = {
            "experiment": name, "seed": study.seed, "quantities": quantities, "axes": axes
        }  # fmt: skip
        kinds = tuple(("quantities", quantity) for quantity in quantities)
        for batch in experiment.batches.values():
            rule = "train_batch" if batch.record_every is None else "record_batch"
            for table in experiment.tables:
                yield Product(
                    f"results/{table}/{name}/{batch.name}.parquet",
                    f"{rule}/{name}/{batch.name}",
                    "train_batch",
                    batch.parameters()
                    | {"seed": study.seed, "gradient_tolerance": study.gradient_tolerance},
                    _kinds(networks=batch.network, optimisers=batch.optimiser) + kinds,
                )
        for table in experiment.tables:
            yield Product(
                f"results/{table}/{name}.parquet",
                f"gather_{table}/{name}",
                "gather_tables",
                {"experiment": name},
            )
            folder = "" if table == "runs" else f"{table}/"
            job = _job(f"summarise_{table}", name)
            yield from _summary(f"{folder}{name}", job, measured, kinds)
        yield from _summary(
            f"theory/{name}",
            _job("tabulate_theory", name),
            {
                "experiment": name,
                "depths": list(experiment.network.depth),
                "learning_rates": list(experiment.learning_rates),
                "linear": "linear_theory" in experiment.network.offers,
            },
        )

    def _claims(self, paper: Paper) -> Iterator[Product]:
        measured = self.study.kinds_measured(paper)
        if not measured:
            return
        for table, kind in self.study.reduced_tables(paper).items():
            yield from _summary(
                table,
                _job("reduce_measurements", table),
                {"kind": kind, "measurements": measured[kind]},
                (("measurements", kind),),
            )
        judged = tuple(("claims", kind) for kind in measured if kind in names("claims"))
        yield from _summary(
            f"claims/{paper.name}",
            _job("judge_claims", paper.name),
            {
                "paper": paper.name,
                "measurements": measured,
                "reduced": self.study.reduced_tables(paper),
            },
            judged,
        )

    def _figure(self, name: str, figure: Any) -> Iterator[Product]:
        block = figure.plain()
        block.pop("caption", None)
        parameters: dict[str, Any] = {"figure": block}
        if "runs" in figure.tables():
            experiment = self.study.experiments[figure.experiment]
            parameters["quantities"] = list(experiment.quantities)
        kinds = _kinds(figures=figure)
        for quantity in parameters.get("quantities", ()):
            kinds += (("quantities", quantity),)
        if figure.regression() is not None:
            told = figure.regression() | {"quantities": parameters["quantities"]}
            job = _job("tabulate_figure", name)
            yield from _summary(f"regressions/figure_{name}", job, told, kinds[1:])
        words = columns.described(self.study.columns_of(figure))
        for ending in ("pdf", "png"):
            yield Product(
                f"results/figures/figure_{name}.{ending}",
                *_job("plot_figure", name),
                parameters | {"words": words},
                kinds,
            )


def content_of(path: str | None) -> str | None:
    """Return the checksum of a file of the user's, by which another file in its place is seen.

    Snakemake compares dates, and a copy may be older than what it replaces.
    """
    return None if path is None else sha256(Path(path).read_bytes()).hexdigest()


def explorer_words(study: Study) -> dict[str, Any]:
    """Return what the explorer tells of the experiments beside their tables."""
    explored = {
        column.name: {
            "definition": columns.definition(column),
            **columns.described([column])[column.name],
        }
        for experiment in study.experiments.values()
        for column in _explored_columns(experiment)
    }
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
        "columns": explored,
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


def coloured(experiment: Experiment) -> list[Any]:
    """Return the columns of an experiment's axes, those first whose values colours tell apart."""
    first = ("learning_rate", "depth", "width", "init_scale", "dataset")
    return sorted(
        experiment.axis_columns,
        key=lambda column: first.index(column.name) if column.name in first else -1,
    )


def _explored_columns(experiment: Experiment) -> Iterator[Any]:
    yield from (columns.EXPERIMENT, *experiment.axis_columns, columns.STEP, columns.STEPS)
    yield from (columns.REPETITION, columns.OUTCOME, columns.DIVERGED_AT)
    for table in ("run", "derived", "path"):
        yield from quantity_columns(experiment.quantities, table)
    yield from (*columns.PROBABILITIES, *columns.STATISTICS)


def _names_of_summaries(products: Iterable[Product]) -> list[str]:
    return [
        product.path.removeprefix(SUMMARIES).removesuffix(".csv")
        for product in products
        if product.path.startswith(SUMMARIES) and product.path.endswith(".csv")
    ]


def _job(rule: str, *of: str) -> tuple[str, str]:
    """Return the name of a job, and its script, which has the name of the rule."""
    return "/".join((rule, *of)), rule


def _kinds(**kinds: Kind) -> Kinds:
    return tuple((family, kind.name()) for family, kind in kinds.items())


def _summary(
    name: str, job: tuple[str, str], parameters: dict[str, Any], kinds: Kinds = ()
) -> Iterator[Product]:
    for ending in ("parquet", "csv"):
        yield Product(f"{SUMMARIES}{name}.{ending}", *job, parameters, kinds)
