"""Tabulate what became of all runs of each experiment."""

import pandas as pd

from flatminima.overview import tabulate_overview
from flatminima_study.job import running_job

parameters, output = snakemake.params.parameters, snakemake.output
with running_job(snakemake.log[0]) as job:
    runs, theory = (
        pd.concat(
            [
                job.read_table(path, made_by[table])
                for path, made_by in zip(
                    snakemake.input[table], parameters["tables"].values(), strict=True
                )
            ]
        )
        for table in ("runs", "theory")
    )
    job.write_summary(output.parquet, output.csv, tabulate_overview(runs, theory), parameters)
