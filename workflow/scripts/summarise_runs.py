"""Summarise the runs of an experiment over repetitions."""

from flatminima.summaries import summarise_runs
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    runs = job.read_table(snakemake.input.runs, parameters["source"])
    summary = summarise_runs(runs, parameters["seed"])
    job.write_summary(output.parquet, output.csv, summary, parameters)
