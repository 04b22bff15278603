"""Fit the regression line that a figure shows."""

from flatminima.summaries.cells import derived, fit_regression, select_rows
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params.asked
    runs = derived(job.read_table(snakemake.input.runs), snakemake.params.quantities)
    shown = select_rows(runs, asked["select"])
    line = fit_regression(shown, asked["x"], asked["y"], asked["groups"])
    job.write_summary(snakemake.output, line)
