"""Write the documentation of the library."""

from pathlib import Path
from pkgutil import walk_packages

from pdoc import pdoc, render

import flatminima
from flatminima_study.files.job import running_job

modules = [module.name for module in walk_packages(flatminima.__path__, "flatminima.")]
with running_job(snakemake):
    render.configure(docformat="google")
    pdoc("flatminima", *modules, output_directory=Path(snakemake.output[0]))
