"""Draw the benchmark."""

from functools import partial

from flatminima.benchmark_references import reference_times
from flatminima.figures import draw_benchmark, save_figure
from flatminima_study.job import running_job

with running_job(snakemake.log[0]) as job:
    timings = job.read_table(snakemake.input.timings, snakemake.params.timings)
    figure = draw_benchmark(timings, reference_times())
    job.write_figure(snakemake.output, partial(save_figure, figure))
