"""Summarise the runs of an experiment over repetitions."""

from flatminima.summaries import summarise_runs
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, write_summary

with logged_job(snakemake.log[0]):
    summary = summarise_runs(read_table(snakemake.input.runs), snakemake.params.seed)
    write_summary(snakemake.output, summary)
