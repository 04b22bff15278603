"""Make one measurement of the theory."""

from flatminima.measurements import measure
from flatminima_study.job import logged_job
from flatminima_study.tables import read_dataset, write_summary

params = snakemake.params
with logged_job(snakemake.log[0]):
    names = zip(params.datasets, snakemake.input.datasets, strict=True)
    datasets = {name: read_dataset(path) for name, path in names}
    table = measure(snakemake.wildcards.measurement, params.measurement, datasets, params.seed)
    write_summary(snakemake.output, table)
