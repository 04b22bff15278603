"""Make one measurement of the theory."""

from flatminima.measurements import measure
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    table = measure(
        parameters["name"],
        parameters["measurement"],
        job.read_datasets(snakemake.input.datasets, parameters["datasets"]),
        parameters["seed"],
    )
    job.write_summary(output.parquet, output.csv, table, parameters)
