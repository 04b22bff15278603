"""Judge every claim of a paper by its measurements."""

from flatminima.claims import judge
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    tables = {
        kind: job.read_tables(f"results/summaries/measurements/{name}.parquet" for name in names)
        for kind, names in job.parameters["measurements"].items()
    }
    reduced = {
        kind: job.read_table(f"results/summaries/{table}.parquet")
        for table, kind in job.parameters["reduced"].items()
    }
    job.write_summary(snakemake.output, judge(job.parameters["paper"], tables, reduced))
