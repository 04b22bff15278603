"""Reduce all measurements of one kind to one table."""

from flatminima.core.kinds import load
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    table = job.read_tables(snakemake.input.tables)
    kind = load("measurements", snakemake.params.kind)
    reduced = kind.reduce(table, job.read_datasets(snakemake.input.datasets))
    job.write_summary(snakemake.output, reduced)
