"""Draw the picture at the top of README.md: figures of the study, side by side."""

from functools import partial

from flatminima.core.kinds import restore
from flatminima.plotting.drawing import draw_beside, save_figure
from flatminima.plotting.style import PAGE_WIDTH
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    paths = iter(snakemake.input)
    parts = []
    for figure, words in zip(snakemake.params.figures, snakemake.params.words, strict=True):
        kind = restore("figures", figure)
        tables = {role: job.read_table(next(paths)) for role in kind.tables()}
        parts.append(partial(kind.paint, tables=tables, words=words))
    figure = draw_beside(parts, PAGE_WIDTH / 2, 0.45 * PAGE_WIDTH)
    job.write_figure(snakemake.output, partial(save_figure, figure))
