"""Judge every claim by the measurements."""

from collections import defaultdict

import pandas as pd

from flatminima.measurements import bracket_all, judge
from flatminima_study.job import logged_job
from flatminima_study.tables import (
    read_dataset,
    read_table,
    write_summary,
    write_table,
    written_whole,
)

params, inputs = snakemake.params, snakemake.input
with logged_job(snakemake.log[0]):
    names = zip(params.datasets, inputs.datasets, strict=True)
    datasets = {name: read_dataset(path) for name, path in names}
    tables = defaultdict(list)
    for kind, path in zip(params.kinds, inputs.tables, strict=True):
        tables[kind].append(read_table(path))
    rates = tables.get("critical_rate")
    brackets = bracket_all(rates, datasets) if rates else pd.DataFrame()
    write_table(snakemake.output.brackets, brackets)
    with written_whole(snakemake.output.brackets_csv) as temporary:
        brackets.to_csv(temporary, index=False)
    write_summary(snakemake.output, judge(tables, brackets))
