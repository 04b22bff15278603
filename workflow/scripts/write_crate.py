"""Write a checked study as a research object."""

from pathlib import Path

from flatminima_study.files.crate import write_crate
from flatminima_study.files.job import running_job
from flatminima_study.files.verification import check_results

with running_job(snakemake) as job:
    files = check_results(Path())
    write_crate(Path("results/crate"), Path(), files, snakemake.params.configuration)
    job.logger.info("%d files, checked, are in results/crate", len(files))
