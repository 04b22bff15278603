"""Judge every claim by the measurements."""

from collections import defaultdict

import pandas as pd

from flatminima.measurements import bracket_all, judge
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    datasets = job.read_datasets(snakemake.input.datasets, parameters["datasets"])
    tables = defaultdict(list)
    for path, made_by in zip(snakemake.input.tables, parameters["measurements"], strict=True):
        tables[made_by["measurement"]["kind"]].append(job.read_table(path, made_by))
    rates = tables.get("critical_rate")
    brackets = bracket_all(rates, datasets) if rates else pd.DataFrame()
    claims = judge(tables, brackets)
    job.write_summary(
        output.brackets, output.brackets_csv, brackets, parameters | {"table": "critical_rates"}
    )
    job.write_summary(output.parquet, output.csv, claims, parameters)
