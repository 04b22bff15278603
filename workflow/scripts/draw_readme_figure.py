"""Draw the picture at the top of README.md: figures of the study, side by side."""

from functools import partial

from flatminima.drawing import COLUMN_WIDTH, draw_beside, save_figure
from flatminima.kinds import restore
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    pairs = zip(snakemake.input.summaries, snakemake.input.theory, strict=True)
    parts = []
    for told, (summary, theory) in zip(snakemake.params.figures, pairs, strict=True):
        kind = restore("figures", told["figure"])
        tables = {"summary": job.read_table(summary), "theory": job.read_table(theory)}
        parts.append(partial(kind.paint, tables=tables, words=told["words"]))
    figure = draw_beside(parts, COLUMN_WIDTH, 0.95 * COLUMN_WIDTH)
    job.write_figure(snakemake.output, partial(save_figure, figure))
