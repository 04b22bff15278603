"""Time the kernels and the sharpness."""

from flatminima.benchmark import run_benchmark
from flatminima_study.job import logged_job
from flatminima_study.tables import write_summary

with logged_job(snakemake.log[0]) as logger:
    write_summary(snakemake.output, run_benchmark(logger.info))
