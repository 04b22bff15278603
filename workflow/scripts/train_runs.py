"""Train the runs of one job and measure them."""

from flatminima.core.kinds import restore
from flatminima.runs.identities import runs_of
from flatminima.runs.tables import train_runs
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    asked = snakemake.params
    network = restore("networks", asked.network)
    dataset = job.read_dataset(snakemake.input.dataset)
    runs, trajectories = train_runs(
        dataset,
        network,
        restore("optimisers", asked.optimiser),
        runs_of(
            snakemake.wildcards.experiment,
            job.name_of(snakemake.input.dataset),
            network,
            asked.learning_rates,
            asked.init_scales,
            range(*asked.repetitions),
        ),
        asked.steps,
        asked.quantities,
        study_seed=asked.seed,
        gradient_tolerance=asked.gradient_tolerance,
        record_every=asked.record_every or None,
        progress=job.logger.info,
    )
    job.write_table(snakemake.output.runs, runs)
    if asked.record_every:
        job.write_table(snakemake.output.trajectories, trajectories)
