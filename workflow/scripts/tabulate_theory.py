"""Tabulate the lines of theory that belong to an experiment."""

from flatminima.summaries.cells import tabulate_theory
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    parameters = job.parameters
    theory = tabulate_theory(
        parameters["experiment"],
        job.read_datasets(snakemake.input.datasets),
        parameters["depths"],
        parameters["learning_rates"],
        linear=parameters["linear"],
    )
    job.write_summary(snakemake.output, theory)
