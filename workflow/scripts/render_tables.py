"""Write every summary as a page that sorts."""

from flatminima_study.job import running_job
from flatminima_study.pages import read_templates
from flatminima_study.table_page import render_table

made_by = snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    templates = read_templates(snakemake.input)
    tables = {
        name: job.read_table(path, made_by[name])
        for name, path in zip(made_by, snakemake.input.tables, strict=True)
    }
    for (name, table), path in zip(tables.items(), snakemake.output, strict=True):
        job.write_page(path, render_table(name, table, templates))
