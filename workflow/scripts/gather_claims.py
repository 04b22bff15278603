"""Gather the claims of all papers into one table."""

from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    job.write_summary(snakemake.output, job.read_tables(snakemake.input.tables))
