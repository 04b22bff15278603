"""Gather the tables of all batches of an experiment into one."""

import pandas as pd

from flatminima_study.job import logged_job
from flatminima_study.tables import read_parameters, read_table, write_table

with logged_job(snakemake.log[0]):
    tables = snakemake.input.tables
    write_table(
        snakemake.output[0],
        pd.concat([read_table(path) for path in tables], ignore_index=True),
        {"batches": [read_parameters(path) for path in tables]},
    )
