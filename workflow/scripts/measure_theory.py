"""Make one measurement."""

from flatminima.core.kinds import restore
from flatminima.measurements import Given, tabulate
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    given = Given(
        name=snakemake.wildcards.measurement,
        seed=snakemake.params.seed,
        datasets=job.read_datasets(snakemake.input.datasets),
        runs={job.name_of(path): job.read_table(path) for path in snakemake.input.runs},
    )
    measurement = restore("measurements", snakemake.params.measurement)
    job.write_summary(snakemake.output, tabulate(measurement, given))
