"""Gather the tables of all jobs of an experiment into one."""

from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    job.write_table(snakemake.output[0], job.read_tables(snakemake.input.tables))
