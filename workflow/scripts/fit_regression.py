"""Fit the regression line of a scatter figure."""

from flatminima.summaries import fit_regression, select_rows
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    runs = job.read_table(snakemake.input.runs, parameters["source"])
    runs = select_rows(runs, parameters["select"])
    line = fit_regression(runs, parameters["x"], parameters["y"])
    job.write_summary(output.parquet, output.csv, line, parameters)
