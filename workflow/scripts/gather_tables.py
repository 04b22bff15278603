"""Gather the tables of all batches of an experiment into one."""

import pandas as pd

from flatminima_study.job import running_job

parameters = snakemake.params.parameters
with running_job(snakemake.log[0]) as job:
    batches = zip(snakemake.input.tables, parameters["batches"], strict=True)
    tables = [job.read_table(path, batch) for path, batch in batches]
    job.write_table(snakemake.output[0], pd.concat(tables, ignore_index=True), parameters)
