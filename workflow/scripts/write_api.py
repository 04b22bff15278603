"""Write the pages of the library."""

from pathlib import Path

from pdoc import pdoc, render

from flatminima_study.job import running_job

with running_job(snakemake.log[0]):
    render.configure(docformat="google")
    pdoc("flatminima", output_directory=Path(snakemake.output[0]))
