"""Predict what the study costs, from the benchmark."""

from flatminima_study.cost import predict_cost
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    benchmark = job.read_table(snakemake.input.benchmark, parameters["source"])
    cost = predict_cost(parameters["jobs"], benchmark)
    job.write_summary(output.parquet, output.csv, cost, parameters)
