"""Tabulate the lines of theory that belong to an experiment."""

from flatminima.summaries import tabulate_theory
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    theory = tabulate_theory(
        parameters["experiment"],
        job.read_datasets(snakemake.input.datasets, parameters["datasets"]),
        parameters["depths"],
        parameters["learning_rates"],
        linear=parameters["linear"],
    )
    job.write_summary(output.parquet, output.csv, theory, parameters)
