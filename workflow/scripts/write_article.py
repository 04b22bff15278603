"""Typeset the article from its text and from tables and figures of the study."""

from pathlib import Path

from flatminima_study.files.job import running_job
from flatminima_study.files.tables import summary_as_text
from flatminima_study.pages.article import typeset

with running_job(snakemake) as job:
    sources, given = snakemake.input, snakemake.params
    files = {
        name: Path(path).read_bytes() for name, path in zip(given.text, sources.text, strict=True)
    }
    for name, path in zip(given.tables, sources.tables, strict=True):
        files[f"tables/{name}.csv"] = summary_as_text(job.read_table(path)).encode()
    for name, path in zip(given.figures, sources.figures, strict=True):
        files[f"figures/figure_{name}.pdf"] = job.read_figure(path)
    article = typeset(files)
    job.write_figure(snakemake.output, lambda path: path.write_bytes(article))
