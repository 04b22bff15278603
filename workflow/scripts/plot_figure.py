"""Draw one figure from its tables."""

from flatminima.figures import (
    draw_measurement,
    draw_scatter,
    draw_sweep,
    draw_trajectories,
    save_figure,
)
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, written_whole

DRAW = {
    "sweep": draw_sweep,
    "trajectory": draw_trajectories,
    "scatter": draw_scatter,
    "measurement": draw_measurement,
}

specification = snakemake.params.figure
with logged_job(snakemake.log[0]):
    tables = {name: read_table(path) for name, path in snakemake.input.items() if name != "sources"}
    figure = DRAW[specification["kind"]](**tables, spec=specification)
    for path in snakemake.output:
        with written_whole(path) as temporary:
            save_figure(figure, temporary)
