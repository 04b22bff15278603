"""Draw one figure from its tables."""

from functools import partial

from flatminima.core.kinds import restore
from flatminima.plotting.drawing import save_figure
from flatminima.summaries.cells import derived
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params
    tables = {role: job.read_table(path) for role, path in snakemake.input.items()}
    if "runs" in tables:
        tables["runs"] = derived(tables["runs"], asked.quantities)
    drawn = restore("figures", asked.figure).draw(tables, asked.words)
    job.write_figure(snakemake.output, partial(save_figure, drawn))
