"""Summarise the trajectories of an experiment over repetitions."""

from flatminima.summaries import summarise_trajectories
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, write_summary

with logged_job(snakemake.log[0]):
    trajectories = read_table(snakemake.input.trajectories)
    write_summary(snakemake.output, summarise_trajectories(trajectories, snakemake.params.seed))
