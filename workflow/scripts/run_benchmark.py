"""Time the kernels and the sharpness."""

from flatminima.benchmark.timing import run_benchmark
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    job.write_summary(snakemake.output, run_benchmark(job.logger.info))
