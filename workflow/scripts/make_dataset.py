"""Draw a dataset, or read the user's own, and write it as arrays."""

from flatminima.datasets import gaussian_dataset, read_dataset
from flatminima.prescribed_data import spectrum_dataset
from flatminima.seeding import random_generator
from flatminima_study.job import logged_job
from flatminima_study.tables import write_dataset

name, parameters = snakemake.wildcards.dataset, snakemake.params.dataset
generator = random_generator(snakemake.params.seed, "dataset", name)
with logged_job(snakemake.log[0]):
    if parameters["kind"] == "file":
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
    write_dataset(snakemake.output[0], dataset)
