"""Write the page that trains deep linear networks in the browser."""

from flatminima_study.files.job import running_job
from flatminima_study.files.tables import write_text
from flatminima_study.pages.live import render_live

with running_job(snakemake) as job:
    datasets = job.read_datasets(snakemake.input.datasets)
    write_text(snakemake.output[0], render_live(datasets, snakemake.params.words, snakemake.input))
