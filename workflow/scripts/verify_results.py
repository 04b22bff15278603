"""Check all results that are there, and list them with their checksums."""

from pathlib import Path

from flatminima_study.configuration import parse_study
from flatminima_study.files.catalogue import Catalogue
from flatminima_study.files.job import running_job
from flatminima_study.files.tables import write_text
from flatminima_study.files.verification import check_results, describe_manifest

with running_job(snakemake) as job:
    folder = Path()
    products = check_results(Catalogue(parse_study(snakemake.config)), folder)
    write_text("results/manifest.tsv", describe_manifest(products, folder))
    job.logger.info("%d files are whole and of one piece", len(products))
