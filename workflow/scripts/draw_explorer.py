"""Write the page to explore from the tables of all experiments."""

from flatminima_study.explorer import ExploredExperiment, describe_networks, render_explorer
from flatminima_study.job import running_job
from flatminima_study.pages import read_templates

files, made_by = snakemake.params.files, snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    experiments = [
        ExploredExperiment(
            name,
            describe_networks(expected["runs"]["batches"][0]),
            {table: job.read_table(files[name][table], expected[table]) for table in expected},
            files[name],
        )
        for name, expected in made_by.items()
    ]
    page = render_explorer(experiments, read_templates(snakemake.input))
    job.write_page(snakemake.output[0], page)
