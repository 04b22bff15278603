# The configuration, checked, and what every rule file uses.

import atexit
import compileall
import io
import sys
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryFile

from snakemake.cli import parse_args

from flatminima.kinds import names
from flatminima_study.configuration import (
    ConfigurationError,
    check_targets,
    parse_study,
    read_text,
)
from flatminima_study.files.catalogue import Catalogue
from flatminima_study.pages.report import (
    describe_figure,
    figure_labels,
    figure_section,
    table_section,
)
from flatminima_study.planning.costs import (
    estimate_measurement,
    estimate_training,
    predict_seconds,
    workloads,
)
from flatminima_study.planning.code import code_of
from flatminima_study.terminal import (
    FailedJob,
    describe_claims,
    describe_duration,
    describe_failures,
)

CONFIG_FILE = "config.yaml"

# A refusal ends Snakemake with its sentence alone; an exception would add where in these rules
# it was raised.
try:
    if workflow.is_main_process:
        for path in [CONFIG_FILE, *map(os.path.relpath, workflow.overwrite_configfiles)]:
            read_text(path)
except ConfigurationError as error:
    sys.exit(f"{error}.")


configfile: CONFIG_FILE


try:
    STUDY = parse_study(config)
except ConfigurationError as error:
    sys.exit(f"{error}.")

CATALOGUE = Catalogue(STUDY)
RECORDED = [name for name, experiment in STUDY.experiments.items() if experiment.record_every]
NUMBERED = [name for name, figure in STUDY.figures.items() if figure.regression() is not None]
REDUCED = {
    table: kind
    for paper in STUDY.papers.values()
    for table, kind in STUDY.reduced_tables(paper).items()
}
CLAIMING = [paper.name for paper in STUDY.papers.values() if paper.measurements]
RUN_FILE = "results/runs/{experiment}/{batch}.parquet"
TRAJECTORY_FILE = "results/trajectories/{experiment}/{batch}.parquet"
NOTHING = "nothing^"  # which no file name matches


wildcard_constraints:
    dataset="[A-Za-z][A-Za-z0-9_]*",
    experiment="|".join(STUDY.experiments),
    measurement="|".join(STUDY.measurements) or NOTHING,
    reduced="|".join(REDUCED) or NOTHING,
    paper="|".join(STUDY.papers),
    batch=".+",
    figure="[A-Za-z0-9][A-Za-z0-9_-]*",


def recipe(job):
    """What a job is told: its own parameters, and the digest of the code that it uses."""

    def of(wildcards):
        return CATALOGUE.recipe(job.format(**wildcards))

    return of


def told(script):
    """What a job beside the study is told: nothing but the code that it uses."""
    kinds = tuple((family, name) for family in ("networks", "datasets") for name in names(family))
    return {"job": script, "parameters": {}, "code": code_of(script, *kinds)}


def template(name):
    """A template that a script fills, as an input of its rule."""
    return os.path.relpath(Path(workflow.basedir, "workflow", "templates", name))


def requested_targets():
    """What the command line asks for; Snakemake tells a Snakefile nothing of it."""
    if not workflow.is_main_process or "snakemake" not in sys.argv[0]:
        return set()
    with redirect_stderr(io.StringIO()):  # which profile is used has been said before
        _, arguments = parse_args(sys.argv[1:])
    return set(arguments.targets)


def check_requested_targets():
    """Refuse an unknown target before anything starts.

    Snakemake would call it a missing rule.
    """
    try:
        check_targets(requested_targets(), {rule.name for rule in workflow.rules})
    except ConfigurationError as error:
        sys.exit(f"{error}.")


def check_results_folder():
    """Refuse to start where nothing can be written.

    Snakemake would list the missing files of the first job, and no reason.
    """
    if not workflow.is_main_process or workflow.dryrun:
        return
    try:
        os.makedirs("results", exist_ok=True)
        with TemporaryFile(dir="results"):
            pass
    except OSError as error:
        sys.exit(f"results/ cannot be written: {error.strerror}.")


def compile_library():
    """Compile the modules that have changed, for all jobs; where that cannot be kept, each does."""
    compileall.compile_dir(os.path.join(workflow.basedir, "workflow"), quiet=2)


def spare_the_scheduler():
    """Have Snakemake look for jobs to start when one has ended, if all run on this machine.

    Its limit of so many jobs a second, which its scheduler always has, would make it look at all
    ready jobs anew every second, once for each job that has ended: a tenth of a whole study.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


def print_beginning():
    """Say how long the jobs of this build take together."""
    estimates, light = [], 0
    for job in workflow.dag.needrun_jobs():
        if job.rule.name in ("train_batch", "record_batch"):
            estimates.append(training_estimate(job.wildcards))
        elif job.rule.name == "measure_theory":
            estimates.append(measurement_estimate(job.wildcards))
        else:
            light += 1
    jobs = len(estimates) + light
    at_once = min(jobs, workflow.cores if workflow.local_exec else workflow.nodes)
    duration = describe_duration(predict_seconds(estimates, light, at_once))
    print(
        f"{jobs} jobs, {at_once} at a time, {len(estimates)} of them training or measuring the "
        f"theory: {duration}, judged by their sizes.",
        file=sys.stderr,
    )


def print_ending():
    """Say where things are, and after a build of claims what of them holds."""
    targets = requested_targets()
    claims = [Path("results/summaries/claims.csv")]
    if not targets <= {"all", "theory", "report"}:
        claims = [Path(f"results/summaries/claims/{paper}.csv") for paper in targets & {*CLAIMING}]
    for path in claims:
        if path.exists():
            print(describe_claims(path), file=sys.stderr)
    lines = ["Figures are in results/figures, tables in results/summaries."]
    if Path(EXPLORER).exists():
        lines.append(f"To explore the runs, open {EXPLORER} in a browser.")
    if "report" in targets:
        lines.append(f"To read it all, open {REPORT} in a browser.")
    else:
        lines.append(f"`snakemake --cores 1 report` puts it all into {REPORT}.")
    print("\n".join(lines), file=sys.stderr)


def print_failures():
    """Say what failed and why, in a line each, below all that Snakemake says of it."""
    jobs = []
    for job in workflow.scheduler.failed:
        log = str(job.log[0]) if job.log else ""
        text = Path(log).read_text(errors="replace") if Path(log).is_file() else ""
        jobs.append(FailedJob(" ".join([job.rule.name, *job.wildcards]), log or "none", text))
    jobs.sort(key=lambda job: job.name)
    atexit.register(print, describe_failures(jobs), file=sys.stderr)


def find_batch(wildcards):
    return STUDY.experiments[wildcards.experiment].batches[wildcards.batch]


def training_estimate(wildcards):
    """What a training job takes."""
    return estimate_training(find_batch(wildcards))


def measurement_estimate(wildcards):
    """What a measurement takes."""
    measurement = STUDY.measurements[wildcards.measurement]
    sizes = {name: STUDY.datasets[name].size() for name in measurement.referred("datasets")}
    return estimate_measurement(measurement, sizes)


def referred(section, names):
    """The blocks of a part of the configuration that some measurements refer to."""
    found = (name for of in names for name in STUDY.measurements[of].referred(section))
    return dict.fromkeys(found)


def reduced_measurements(wildcards):
    """The measurements that a table reduces."""
    return CATALOGUE.jobs[f"reduce_measurements/{wildcards.reduced}"].parameters["measurements"]


def measured_datasets(names):
    """The data of some measurements."""
    return expand("results/datasets/{dataset}.npz", dataset=referred("datasets", names))


def measured_runs(names):
    """The runs that some measurements go on from."""
    return expand("results/runs/{experiment}.parquet", experiment=referred("experiments", names))


def measured_tables(names):
    """The tables of some measurements."""
    return expand("results/summaries/measurements/{measurement}.parquet", measurement=names)


def summary_files(experiment):
    """All summary tables of an experiment."""
    tables = [experiment, f"theory/{experiment}"]
    if experiment in RECORDED:
        tables.append(f"trajectories/{experiment}")
    return expand("results/summaries/{table}.{ending}", table=tables, ending=["parquet", "csv"])


def explored_tables(experiment):
    """The tables of an experiment that the page to explore holds, by the names it knows."""
    tables = {
        "runs": f"results/runs/{experiment}.parquet",
        "summary": f"results/summaries/{experiment}.parquet",
        "theory": f"results/summaries/theory/{experiment}.parquet",
    }
    if experiment in RECORDED:
        tables["trajectories"] = f"results/summaries/trajectories/{experiment}.parquet"
    return tables


def figure_files(figure):
    """Both files of a figure."""
    return expand("results/figures/figure_{figure}.{ending}", figure=figure, ending=["pdf", "png"])


def batch_files(pattern):
    """An input function: the files of all batches of an experiment."""

    def files(wildcards):
        batches = STUDY.experiments[wildcards.experiment].batches
        return [pattern.format(experiment=wildcards.experiment, batch=name) for name in batches]

    return files


def table_file(table, of):
    """Where a table lies that a figure is drawn from."""
    if table == "measurement":
        return (
            f"results/summaries/{'measurements/' if of in STUDY.measurements else ''}{of}.parquet"
        )
    patterns = {
        "runs": "results/runs/{}.parquet",
        "summary": "results/summaries/{}.parquet",
        "trajectories": "results/summaries/trajectories/{}.parquet",
        "theory": "results/summaries/theory/{}.parquet",
    }
    return patterns[table].format(of)


def figure_tables(wildcards):
    """The tables that a figure is drawn from, by role."""
    tables = STUDY.figures[wildcards.figure].tables()
    return {role: table_file(*table) for role, table in tables.items()}


def figure_tables_and_numbers(wildcards):
    """The same, with the table of what the figure shows beside them."""
    tables = figure_tables(wildcards)
    if wildcards.figure in NUMBERED:
        name = f"figure_{wildcards.figure}"
        tables["numbers"] = f"results/summaries/regressions/{name}.parquet"
    return tables
