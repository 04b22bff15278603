"""Draw one figure from its tables."""

from functools import partial

from flatminima.figures import (
    draw_measurement,
    draw_scatter,
    draw_sweep,
    draw_trajectories,
    save_figure,
)
from flatminima_study.job import running_job

DRAW = {
    "sweep": draw_sweep,
    "trajectory": draw_trajectories,
    "scatter": draw_scatter,
    "measurement": draw_measurement,
}

specification, made_by = snakemake.params.figure, snakemake.params.tables
with running_job(snakemake.log[0]) as job:
    tables = {
        name: job.read_table(snakemake.input[name], expected) for name, expected in made_by.items()
    }
    figure = DRAW[specification["kind"]](**tables, spec=specification)
    job.write_figure(snakemake.output, partial(save_figure, figure))
