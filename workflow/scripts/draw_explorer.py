"""Write the page to explore from the tables of all experiments."""

from pathlib import Path

from flatminima_study.explorer import ExploredExperiment, describe_networks, render_explorer
from flatminima_study.job import running_job

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
    parts = ("page", "style", "script")
    templates = {part: Path(snakemake.input[part]).read_text(encoding="utf-8") for part in parts}
    page = render_explorer(experiments, templates)
    job.write_figure(
        snakemake.output, lambda path: path.write_text(page, encoding="utf-8", newline="\n")
    )
