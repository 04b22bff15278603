"""Print what the study costs."""

from flatminima_study.cost import describe_cost
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table

with logged_job(snakemake.log[0]):
    print(describe_cost(read_table(snakemake.input.table)))
