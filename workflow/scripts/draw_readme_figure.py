"""Draw the picture at the top of README.md: figures of the study, side by side."""

from functools import partial

from flatminima.figures import draw_sweeps, save_figure
from flatminima_study.job import running_job

figures, made_by = snakemake.params.figures, snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    sweeps = [
        (
            job.read_table(summary, made_by[name]["summary"]),
            job.read_table(theory, made_by[name]["theory"]),
            figures[name],
        )
        for name, summary, theory in zip(
            figures, snakemake.input.summaries, snakemake.input.theory, strict=True
        )
    ]
    job.write_figure(snakemake.output, partial(save_figure, draw_sweeps(sweeps)))
