"""Judge every claim of a paper by its measurements."""

from flatminima.claims import judge
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params
    paths: dict[str, list[str]] = {}
    for kind, path in zip(asked.kinds, snakemake.input.tables, strict=True):
        paths.setdefault(kind, []).append(path)
    tables = {kind: job.read_tables(some) for kind, some in paths.items()}
    reduced = {
        kind: job.read_table(path)
        for kind, path in zip(asked.reduced, snakemake.input.reduced, strict=True)
    }
    job.write_summary(snakemake.output, judge(snakemake.wildcards.paper, tables, reduced))
