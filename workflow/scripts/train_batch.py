"""Train the runs of one batch and measure them."""

from flatminima.kinds import restore
from flatminima.runs.tables import train_runs
from flatminima_study.files.job import running_job
from flatminima_study.planning.study import identities

with running_job(snakemake) as job:
    parameters = job.parameters
    runs, trajectories = train_runs(
        job.read_dataset(snakemake.input.dataset),
        restore("networks", parameters["network"]),
        restore("optimisers", parameters["optimiser"]),
        identities(parameters),
        parameters["steps"],
        parameters["quantities"],
        study_seed=parameters["seed"],
        gradient_tolerance=parameters["gradient_tolerance"],
        record_every=parameters.get("record_every"),
        progress=job.logger.info,
    )
    job.write_table(snakemake.output.runs, runs)
    if "record_every" in parameters:
        job.write_table(snakemake.output.trajectories, trajectories)
