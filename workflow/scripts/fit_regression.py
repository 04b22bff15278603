"""Fit the regression line that a figure shows."""

from flatminima.summaries.cells import derived, fit_regression, select_rows
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params.asked
    runs = derived(job.read_table(snakemake.input.runs), snakemake.params.quantities)
    line = fit_regression(select_rows(runs, asked["select"]), asked["x"], asked["y"])
    job.write_summary(snakemake.output, line)
