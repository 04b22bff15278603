"""Write the page to explore from the tables of all experiments."""

from flatminima.summaries.cells import derived
from flatminima_study.files.job import running_job
from flatminima_study.pages.explorer import ExploredExperiment, render_explorer
from flatminima_study.pages.templates import read_templates

with running_job(snakemake) as job:
    experiments = []
    for name, told in job.parameters["experiments"].items():
        files = snakemake.params.files[name]
        tables = {table: job.read_table(path) for table, path in files.items()}
        tables["runs"] = derived(tables["runs"], told["quantities"])
        experiments.append(
            ExploredExperiment(name, told["paper"], told["network"], told["axes"], tables, files)
        )
    told = (job.parameters[part] for part in ("columns", "ends", "derived"))
    page = render_explorer(experiments, *told, read_templates(snakemake.input))
    job.write_page(snakemake.output[0], page)
