"""Draw a dataset, and write it as arrays."""

from flatminima.core.kinds import restore
from flatminima.core.seeding import random_generator
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    kind = restore("datasets", snakemake.params.dataset)
    generator = random_generator(snakemake.params.seed, "dataset", snakemake.wildcards.dataset)
    job.write_dataset(snakemake.output[0], kind.draw(generator))
