"""Summarise the runs of an experiment over repetitions."""

from flatminima.summaries.cells import summarise_runs
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params
    table = job.read_table(snakemake.input.runs)
    summary = summarise_runs(table, asked.quantities, asked.axes, asked.seed)
    job.write_summary(snakemake.output, summary)
