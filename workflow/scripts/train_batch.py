"""Train the runs of one batch and measure them."""

from flatminima.identities import NetworkSpecification
from flatminima.runs import train_runs
from flatminima_study.job import logged_job
from flatminima_study.plan import identities
from flatminima_study.tables import read_dataset, write_table

batch = snakemake.params.batch
parameters = {
    **batch,
    "seed": snakemake.params.seed,
    "gradient_tolerance": snakemake.params.gradient_tolerance,
}
with logged_job(snakemake.log[0]) as logger:
    runs, trajectories = train_runs(
        read_dataset(snakemake.input.dataset),
        NetworkSpecification(
            batch["network"],
            batch["initialisation"],
            batch["depth"],
            batch["width"],
            batch.get("gelu", "tanh"),
        ),
        identities(batch),
        batch["steps"],
        study_seed=snakemake.params.seed,
        gradient_tolerance=snakemake.params.gradient_tolerance,
        record_every=batch.get("record_every"),
        progress=logger.info,
    )
    write_table(snakemake.output.runs, runs, parameters)
    if "record_every" in batch:
        write_table(snakemake.output.trajectories, trajectories, parameters)
