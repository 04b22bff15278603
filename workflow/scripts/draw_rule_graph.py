"""Draw the graph of rules."""

import subprocess
import sys

from flatminima.figures import save_figure
from flatminima_study.job import logged_job
from flatminima_study.rule_graph import draw_rule_graph, parse_rule_graph
from flatminima_study.tables import written_whole

with logged_job(snakemake.log[0]):
    command = [sys.executable, "-m", "snakemake", "--quiet", "--rulegraph", "dot", "--", "all"]
    dot = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figure = draw_rule_graph(parse_rule_graph(dot))
    for path in snakemake.output:
        with written_whole(path) as temporary:
            save_figure(figure, temporary)
