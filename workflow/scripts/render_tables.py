"""Write every summary as a page that sorts."""

from flatminima_study.files.job import running_job
from flatminima_study.pages.tables import render_table
from flatminima_study.pages.templates import read_templates

with running_job(snakemake) as job:
    templates = read_templates(snakemake.input)
    names = job.parameters["tables"]
    tables = [job.read_table(path) for path in snakemake.input.tables]
    for name, table, path in zip(names, tables, snakemake.output, strict=True):
        job.write_page(path, render_table(name, table, templates))
