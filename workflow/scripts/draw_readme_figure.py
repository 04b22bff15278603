"""Draw the picture at the top of README.md, and write the numbers in it."""

from functools import partial

from flatminima.figures import save_figure
from flatminima_study.job import running_job
from flatminima_study.overview import draw_overview, tabulate_overview
from flatminima_study.tables import summary_as_text, write_text

figures, made_by = snakemake.params.figures, snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    tables = {
        name: {
            "summary": job.read_table(summary, made_by[name]["summary"]),
            "theory": job.read_table(theory, made_by[name]["theory"]),
        }
        for name, summary, theory in zip(
            figures, snakemake.input.summaries, snakemake.input.theory, strict=True
        )
    }
    table = tabulate_overview(tables, figures)
    write_text(snakemake.output.csv, summary_as_text(table))
    job.write_figure([snakemake.output.png], partial(save_figure, draw_overview(table, figures)))
