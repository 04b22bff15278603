# The configuration, checked, and what every rule file uses.

import atexit
import io
import sys
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryFile

from snakemake.cli import parse_args

from flatminima_study.config_text import read_text
from flatminima_study.configuration import ConfigurationError, check_targets, parse_study
from flatminima_study.ending import (
    FailedJob,
    describe_claims,
    describe_duration,
    describe_failures,
)
from flatminima_study.estimates import (
    data_size,
    estimate_measurement,
    estimate_training,
    predict_seconds,
)
from flatminima_study.products import summary_tables
from flatminima_study.records import (
    batch_parameters,
    claims_parameters,
    cost_parameters,
    dataset_parameters,
    explorer_parameters,
    figure_parameters,
    gathered_parameters,
    measurement_parameters,
    overview_parameters,
    regression_parameters,
    summary_parameters,
    theory_parameters,
)
from flatminima_study.report import describe_figure, figure_section, table_section
from flatminima_study.sources import imported_modules
from flatminima_study.workloads import workloads

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

RECORDED = [name for name, experiment in STUDY.experiments.items() if experiment.record_every]
SCATTERS = [name for name, figure in STUDY.figures.items() if figure["kind"] == "scatter"]
MEASURED_DATASETS = sorted(
    {name for block in STUDY.measurements.values() for name in block.get("dataset", [])}
)
RUN_FILE = "results/runs/{experiment}/{batch}.parquet"
TRAJECTORY_FILE = "results/trajectories/{experiment}/{batch}.parquet"


wildcard_constraints:
    dataset="[A-Za-z][A-Za-z0-9_]*",
    experiment="|".join(STUDY.experiments),
    measurement="|".join(STUDY.measurements) or "no_measurement^",
    batch=".+",
    figure="[A-Za-z0-9][A-Za-z0-9_-]*",


def sources(script):
    """The modules of this project that a script imports, as inputs of its rule."""
    path = Path(workflow.basedir, "workflow", "scripts", script)
    return [os.path.relpath(module) for module in imported_modules(path)]


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
    """Say where things are, and after a whole build or the theory what of it holds."""
    claims = Path("results/summaries/claims.csv")
    if claims.exists() and requested_targets() <= {"all", "theory", "report"}:
        print(describe_claims(claims.read_text()), file=sys.stderr)
    lines = ["Figures are in results/figures, tables in results/summaries."]
    if Path(EXPLORER).exists():
        lines.append(f"To explore the runs, open {EXPLORER} in a browser.")
    if "report" in requested_targets():
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
    batch = find_batch(wildcards)
    return estimate_training(batch, data_size(STUDY.datasets[batch.dataset]))


def measurement_estimate(wildcards):
    """What a measurement of the theory takes."""
    measurement = STUDY.measurements[wildcards.measurement]
    sizes = {name: data_size(STUDY.datasets[name]) for name in measurement.get("dataset", [])}
    return estimate_measurement(measurement, sizes)


def experiment_of(wildcards):
    return STUDY.experiments[wildcards.experiment]


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


def section_of(wildcards):
    """The heading of a figure in the report."""
    return figure_section(STUDY, wildcards.figure)


def labels_of(wildcards):
    """What the report calls a figure."""
    return {"figure": describe_figure(STUDY, wildcards.figure)}


def user_file(wildcards):
    """The file that a dataset is read from, none if it is drawn."""
    dataset = STUDY.datasets[wildcards.dataset]
    return [dataset["path"]] if dataset["kind"] == "file" else []


def batch_files(pattern):
    """An input function: the files of all batches of an experiment."""

    def files(wildcards):
        batches = STUDY.experiments[wildcards.experiment].batches
        return [pattern.format(experiment=wildcards.experiment, batch=name) for name in batches]

    return files


def figure_tables(wildcards):
    """The tables that a figure is drawn from, by the names its script knows."""
    figure = STUDY.figures[wildcards.figure]
    if figure["kind"] == "measurement":
        name = figure["measurement"]
        folder = "measurements/" if name in STUDY.measurements else ""
        return {"table": f"results/summaries/{folder}{name}.parquet"}
    experiment = figure["experiment"]
    if figure["kind"] == "scatter":
        return {
            "runs": f"results/runs/{experiment}.parquet",
            "regression": f"results/summaries/regressions/figure_{wildcards.figure}.parquet",
        }
    folder = "trajectories/" if figure["kind"] == "trajectory" else ""
    return {
        "summary": f"results/summaries/{folder}{experiment}.parquet",
        "theory": f"results/summaries/theory/{experiment}.parquet",
    }
