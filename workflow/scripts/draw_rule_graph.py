"""Draw the graph of rules."""

import subprocess
import sys
from functools import partial

from flatminima.drawing import save_figure
from flatminima_study.files.job import running_job
from flatminima_study.pages.rule_graph import draw_rule_graph, parse_rule_graph

with running_job(snakemake) as job:
    command = [sys.executable, "-m", "snakemake", "--quiet", "--rulegraph", "dot", "--", "all"]
    dot = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figure = draw_rule_graph(parse_rule_graph(dot))
    job.write_figure(snakemake.output, partial(save_figure, figure))
