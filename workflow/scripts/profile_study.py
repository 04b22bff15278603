"""Write where the time of the finished study went."""

from pathlib import Path

from flatminima_study.configuration import parse_study
from flatminima_study.files.catalogue import Catalogue
from flatminima_study.files.job import running_job
from flatminima_study.files.tables import write_text
from flatminima_study.pages.profile import describe_profile, timed_jobs

with running_job(snakemake):
    products = Catalogue(parse_study(snakemake.config)).products.values()
    write_text("docs/profile.md", describe_profile(timed_jobs(products, Path())))
