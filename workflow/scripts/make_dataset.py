"""Draw a dataset, or read the user's own, and write it as arrays."""

from flatminima.core.kinds import restore
from flatminima.core.seeding import random_generator
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    kind = restore("datasets", snakemake.params.dataset)
    if kind.reads() is not None:
        job.note_user_file(kind.reads())
    generator = random_generator(snakemake.params.seed, "dataset", snakemake.wildcards.dataset)
    job.write_dataset(snakemake.output[0], kind.draw(generator))
