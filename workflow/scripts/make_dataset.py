"""Draw a dataset, or read the user's own, and write it as arrays."""

from flatminima.kinds import restore
from flatminima.seeding import random_generator
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    parameters = job.parameters
    kind = restore("datasets", parameters["dataset"])
    if kind.reads() is not None:
        job.note_user_file(kind.reads())
    generator = random_generator(parameters["seed"], "dataset", parameters["name"])
    job.write_dataset(snakemake.output[0], kind.draw(generator))
