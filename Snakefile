# flatminima: the DAG of the study, from data to figures.
#
#   snakemake --cores 2              everything
#   snakemake --cores 2 figure_1b    one figure and only what it needs
#   snakemake --cores 2 gaussian     one experiment, to its summaries
#   snakemake --list                 all targets
import gc
import os
import sys

from snakemake.utils import min_version

min_version("9.27")

# Planning makes many objects that stay. The collector of cycles, which by default looks at them
# again and again, would take a quarter of its time.
gc.set_threshold(100_000, 20, 20)

# Snakemake is the only source of parallelism. Set before any job imports NumPy.
for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

# By default glibc gives memory back when more is free at its end than about two of the largest
# arrays, and takes it anew for the next: half of the time of a large Hessian's products. It accepts
# no larger threshold for arrays of their own. Elsewhere than on Linux these mean nothing.
os.environ.update(MALLOC_MMAP_THRESHOLD_=str(2**25), MALLOC_TRIM_THRESHOLD_=str(2**30))

# On a full disk Python may keep a part of a compiled module, which then nothing can load. So jobs
# keep none: before they start the library is compiled as a whole.
os.environ.update(PYTHONDONTWRITEBYTECODE="1")

# The library of this clone, for this process and for its jobs, whichever one is installed.
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
include: "workflow/rules/report.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/cost.smk"
include: "workflow/rules/profile.smk"
include: "workflow/rules/dag.smk"
include: "workflow/rules/verification.smk"
include: "workflow/rules/crate.smk"
include: "workflow/rules/readme.smk"
include: "workflow/rules/api.smk"


rule all:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        ALL_SUMMARIES,
        ALL_FIGURES,
        ALL_TABLES,
        EXPLORER,
    localrule: True


check_requested_targets()
check_results_folder()


onstart:
    compile_library()
    spare_the_scheduler()
    print_beginning()


onsuccess:
    print_ending()


onerror:
    print_failures()
