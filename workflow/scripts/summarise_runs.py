"""Summarise the runs of an experiment over repetitions."""

from flatminima.summaries.cells import summarise_runs
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    parameters = job.parameters
    summary = summarise_runs(
        job.read_table(snakemake.input.runs),
        parameters["quantities"],
        parameters["axes"],
        parameters["seed"],
    )
    job.write_summary(snakemake.output, summary)
