"""Tabulate the outcomes of all runs of each experiment."""

from flatminima.summaries.overview import tabulate_overview
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    overview = tabulate_overview(
        job.read_tables(snakemake.input.runs), job.read_tables(snakemake.input.theory)
    )
    job.write_summary(snakemake.output, overview)
