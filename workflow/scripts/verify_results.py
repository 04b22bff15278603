"""Check all results that are there, and list them with their checksums."""

from pathlib import Path

from flatminima_study.files.job import running_job
from flatminima_study.files.tables import write_text
from flatminima_study.files.verification import check_results, describe_manifest

with running_job(snakemake) as job:
    files = check_results(Path())
    write_text("results/manifest.tsv", describe_manifest(files))
    job.logger.info("%d files are whole and were made from what is there", len(files))
