"""Write the page for exploring the runs from the tables of all experiments."""

from flatminima.summaries.cells import derived
from flatminima_study.files.job import running_job
from flatminima_study.files.tables import write_text
from flatminima_study.pages.explorer import ExploredExperiment, render_explorer
from flatminima_study.pages.templates import read_templates

with running_job(snakemake) as job:
    words = snakemake.params.words
    experiments = []
    for name, called in words["experiments"].items():
        files = snakemake.params.files[name]
        tables = {table: job.read_table(path) for table, path in files.items()}
        tables["runs"] = derived(tables["runs"], called["quantities"])
        experiments.append(
            ExploredExperiment(
                name, called["paper"], called["network"], called["axes"], tables, files
            )
        )
    parts = (words[part] for part in ("columns", "ends", "derived"))
    page = render_explorer(experiments, *parts, read_templates(snakemake.input))
    write_text(snakemake.output[0], page)
