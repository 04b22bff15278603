"""Summarise the trajectories of an experiment over repetitions."""

from flatminima.summaries import summarise_trajectories
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    trajectories = job.read_table(snakemake.input.trajectories, parameters["source"])
    summary = summarise_trajectories(trajectories, parameters["seed"])
    job.write_summary(output.parquet, output.csv, summary, parameters)
