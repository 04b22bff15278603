"""Fit the regression line of a scatter figure."""

from flatminima.summaries import fit_regression, select_rows
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, write_summary

params = snakemake.params
with logged_job(snakemake.log[0]):
    runs = select_rows(read_table(snakemake.input.runs), params.select)
    write_summary(snakemake.output, fit_regression(runs, params.x, params.y))
