"""Summarise the trajectories of an experiment over repetitions."""

from flatminima.summaries.cells import summarise_trajectories
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    parameters = job.parameters
    summary = summarise_trajectories(
        job.read_table(snakemake.input.trajectories),
        parameters["quantities"],
        parameters["axes"],
        parameters["seed"],
    )
    job.write_summary(snakemake.output, summary)
