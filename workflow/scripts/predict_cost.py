"""Predict what the study costs, from the benchmark."""

from flatminima_study.cost import predict_cost
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, write_summary

with logged_job(snakemake.log[0]):
    benchmark = read_table(snakemake.input.benchmark)
    write_summary(snakemake.output, predict_cost(snakemake.params.jobs, benchmark))
