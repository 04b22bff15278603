"""Draw a dataset, or read the user's own, and write it as arrays."""

from flatminima.datasets import gaussian_dataset, read_dataset
from flatminima.prescribed_data import spectrum_dataset
from flatminima.seeding import random_generator
from flatminima_study.job import running_job

parameters = snakemake.params.parameters
generator = random_generator(parameters["seed"], "dataset", parameters["name"])
with running_job(snakemake.log[0]) as job:
    if parameters["kind"] == "file":
        job.note_user_file(parameters["path"])
        dataset = read_dataset(
            parameters["path"], parameters.get("target"), parameters.get("normalise", False)
        )
    elif parameters["kind"] == "spectrum":
        dataset = spectrum_dataset(
            parameters["features"], parameters["condition_number"], generator
        )
    else:
        dataset = gaussian_dataset(
            parameters["samples"], parameters["features"], parameters["noise"], generator
        )
    job.write_dataset(snakemake.output[0], dataset, parameters)
