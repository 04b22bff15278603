"""Draw the benchmark."""

from flatminima.figures import draw_benchmark, save_figure
from flatminima_study.job import logged_job
from flatminima_study.tables import read_table, written_whole

with logged_job(snakemake.log[0]):
    figure = draw_benchmark(read_table(snakemake.input.timings))
    for path in snakemake.output:
        with written_whole(path) as temporary:
            save_figure(figure, temporary)
