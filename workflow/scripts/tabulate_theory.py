"""Tabulate the lines of the theory that belong to an experiment."""

from flatminima.summaries.cells import tabulate_theory
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params
    theory = tabulate_theory(
        snakemake.wildcards.experiment,
        job.read_datasets(snakemake.input.datasets),
        asked.depths,
        asked.learning_rates,
        linear=asked.linear,
    )
    job.write_summary(snakemake.output, theory)
