"""Tabulate the lines of theory that belong to an experiment."""

from flatminima.summaries import tabulate_theory
from flatminima_study.job import logged_job
from flatminima_study.tables import read_dataset, write_summary

params = snakemake.params
with logged_job(snakemake.log[0]):
    names = zip(params.datasets, snakemake.input.datasets, strict=True)
    theory = tabulate_theory(
        snakemake.wildcards.experiment,
        {name: read_dataset(path) for name, path in names},
        params.depths,
        params.learning_rates,
        linear=params.linear,
    )
    write_summary(snakemake.output, theory)
