"""Write the page to explore from the tables of all experiments."""

from flatminima_study.files.job import running_job
from flatminima_study.pages.explorer import ExploredExperiment, render_explorer
from flatminima_study.pages.templates import read_templates

with running_job(snakemake) as job:
    experiments = [
        ExploredExperiment(
            name,
            told["paper"],
            told["network"],
            told["axes"],
            {table: job.read_table(path) for table, path in snakemake.params.files[name].items()},
            snakemake.params.files[name],
        )
        for name, told in job.parameters["experiments"].items()
    ]
    page = render_explorer(experiments, job.parameters["columns"], read_templates(snakemake.input))
    job.write_page(snakemake.output[0], page)
