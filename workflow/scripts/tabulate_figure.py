"""Tabulate what a figure shows that none of its tables has."""

from flatminima.kinds import restore
from flatminima.summaries.cells import derived
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    tables = {role: job.read_table(path) for role, path in snakemake.input.items()}
    if "runs" in tables:
        tables["runs"] = derived(tables["runs"], job.parameters["quantities"])
    figure = restore("figures", job.parameters["figure"])
    job.write_summary(snakemake.output, figure.numbers(tables))
