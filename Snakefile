# flatminima: the DAG of the study, from data to figures.
#
#   snakemake --cores 2              everything
#   snakemake --cores 2 figure_1b    one figure and only what it needs
#   snakemake --cores 2 gaussian     one experiment, to its summaries
#   snakemake --cores 2 supplement   the figures that are not drawn by default
#   snakemake --list-target-rules    all targets
import compileall
import os
import sys

from snakemake.utils import min_version

min_version("9.27")

# Snakemake is the only source of parallelism. This must be set before any job imports NumPy.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

# On a full disk Python can keep a part of a compiled module, which then cannot be loaded. So jobs
# keep none. Instead the whole library is compiled before they start.
os.environ.update(PYTHONDONTWRITEBYTECODE="1")

# This process and its jobs use the library of this clone, whichever one is installed.
LIBRARY = os.path.join(workflow.basedir, "workflow")
sys.path.insert(0, LIBRARY)
os.environ.update(PYTHONPATH=os.pathsep.join(filter(None, [LIBRARY, os.environ.get("PYTHONPATH")])))


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/targets.smk"
include: "workflow/rules/datasets.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/summaries.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/article.smk"
include: "workflow/rules/live.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/cost.smk"
include: "workflow/rules/verification.smk"
include: "workflow/rules/crate.smk"
include: "workflow/rules/readme.smk"
include: "workflow/rules/api.smk"


rule all:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        MAIN_SUMMARIES,
        MAIN_FIGURES,
        EXPLORER,
    localrule: True


check_requested_targets()
check_results_folder()


onstart:
    compileall.compile_dir(LIBRARY, quiet=2)  # only modules that have changed
    print_beginning()


onsuccess:
    print_ending()
    cancel_timers()


onerror:
    print_failures()
    cancel_timers()
