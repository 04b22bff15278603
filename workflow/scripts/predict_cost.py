"""Predict what the study costs, from the benchmark."""

from flatminima_study.files.job import running_job
from flatminima_study.planning.costs import predict_cost

with running_job(snakemake) as job:
    benchmark = job.read_table(snakemake.input.benchmark)
    job.write_summary(snakemake.output, predict_cost(snakemake.params.jobs, benchmark))
