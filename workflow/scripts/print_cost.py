"""Print what the study costs."""

from flatminima_study.files.job import running_job
from flatminima_study.planning.costs import describe_cost

with running_job(snakemake) as job:
    print(describe_cost(job.read_table(snakemake.input.table)))
