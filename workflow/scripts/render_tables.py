"""Write every summary as a page that sorts."""

from pathlib import Path

from flatminima_study.job import running_job
from flatminima_study.table_page import render_table

made_by = snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    templates = {
        part: Path(snakemake.input[part]).read_text(encoding="utf-8")
        for part in ("page", "style", "script")
    }
    tables = {
        name: job.read_table(path, made_by[name])
        for name, path in zip(made_by, snakemake.input.tables, strict=True)
    }
    for (name, table), path in zip(tables.items(), snakemake.output, strict=True):
        page = render_table(name, table, templates)
        job.write_figure(
            [path],
            lambda path, page=page: path.write_text(page, encoding="utf-8", newline="\n"),
        )
