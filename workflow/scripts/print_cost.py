"""Print what the study costs."""

from flatminima_study.cost import describe_cost
from flatminima_study.job import running_job

with running_job(snakemake.log[0]) as job:
    print(describe_cost(job.read_table(snakemake.input.table, snakemake.params.parameters)))
