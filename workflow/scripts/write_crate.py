"""Write a checked study as a research object."""

from pathlib import Path

from flatminima_study.configuration import parse_study
from flatminima_study.crate import write_crate
from flatminima_study.job import running_job
from flatminima_study.verification import check_results

folder = Path()
with running_job(snakemake.log[0]) as job:
    products = check_results(parse_study(snakemake.config), folder)
    write_crate(
        Path("results/crate"),
        folder,
        products,
        snakemake.params.scripts,
        snakemake.params.configuration,
    )
    job.logger.info("%d files, checked, are in results/crate", len(products))
