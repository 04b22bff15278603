"""Make one measurement."""

from pathlib import Path

from flatminima.kinds import restore
from flatminima.measurements import Given, tabulate
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    parameters = job.parameters
    given = Given(
        name=parameters["name"],
        seed=parameters["seed"],
        datasets=job.read_datasets(snakemake.input.datasets),
        runs={Path(path).stem: job.read_table(path) for path in snakemake.input.runs},
    )
    measurement = restore("measurements", parameters["measurement"])
    job.write_summary(snakemake.output, tabulate(measurement, given))
