"""Write a checked study as a research object."""

from pathlib import Path

from flatminima_study.configuration import parse_study
from flatminima_study.files.catalogue import Catalogue
from flatminima_study.files.crate import write_crate
from flatminima_study.files.job import running_job
from flatminima_study.files.verification import check_results

folder = Path()
with running_job(snakemake) as job:
    products = check_results(Catalogue(parse_study(snakemake.config)), folder)
    write_crate(
        Path("results/crate"),
        folder,
        products,
        snakemake.params.configuration,
    )
    job.logger.info("%d files, checked, are in results/crate", len(products))
