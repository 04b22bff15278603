"""Time the kernels and the sharpness."""

from flatminima.benchmark import run_benchmark
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    timings = run_benchmark(job.logger.info)
    job.write_summary(output.parquet, output.csv, timings, parameters)
