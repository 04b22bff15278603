"""Draw the benchmark."""

from functools import partial

from flatminima.benchmark.timing import draw_benchmark
from flatminima.plotting.drawing import save_figure
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    figure = draw_benchmark(job.read_table(snakemake.input.timings))
    job.write_figure(snakemake.output, partial(save_figure, figure))
