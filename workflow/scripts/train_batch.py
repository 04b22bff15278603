"""Train the runs of one batch and measure them."""

from flatminima.identities import NetworkSpecification
from flatminima.runs import train_runs
from flatminima_study.job import running_job
from flatminima_study.plan import identities

parameters = snakemake.params.parameters
with running_job(snakemake.log[0]) as job:
    runs, trajectories = train_runs(
        job.read_dataset(snakemake.input.dataset, parameters["data"]),
        NetworkSpecification(
            parameters["network"],
            parameters["initialisation"],
            parameters["depth"],
            parameters["width"],
            parameters.get("gelu", "tanh"),
        ),
        identities(parameters),
        parameters["steps"],
        study_seed=parameters["seed"],
        gradient_tolerance=parameters["gradient_tolerance"],
        record_every=parameters.get("record_every"),
        progress=job.logger.info,
    )
    job.write_table(snakemake.output.runs, runs, parameters)
    if "record_every" in parameters:
        job.write_table(
            snakemake.output.trajectories, trajectories, parameters | {"table": "trajectories"}
        )
