"""Check all results that are there, and list them with their checksums."""

from pathlib import Path

from flatminima_study.configuration import parse_study
from flatminima_study.job import running_job
from flatminima_study.tables import write_text
from flatminima_study.verification import check_results, describe_manifest

with running_job(snakemake.log[0]) as job:
    folder = Path()
    products = check_results(parse_study(snakemake.config), folder)
    write_text("results/manifest.tsv", describe_manifest(products, folder))
    job.logger.info("%d files are whole and of one piece", len(products))
