# The checked configuration, and what every rule file uses.

import atexit
import io
import threading
from contextlib import redirect_stderr
from pathlib import Path
from tempfile import TemporaryFile

from snakemake.cli import parse_args
from snakemake.utils import update_config

from flatminima.core.kinds import load, modules
from flatminima.quantities import ordered
from flatminima_study.configuration import (
    ConfigurationError,
    check_overlays,
    check_targets,
    parse_study,
    typed,
)
from flatminima_study.files.seals import checksum_of
from flatminima_study.pages.article import parts_of_article
from flatminima_study.pages.captions import describe_figure, figure_labels, figure_section
from flatminima_study.pages.explorer_words import explorer_words
from flatminima_study.planning.advice import advise, drawn_data
from flatminima_study.planning.code import code_of
from flatminima_study.planning.costs import (
    estimate_measurement,
    estimate_training,
    predict_seconds,
    workloads,
)
from flatminima_study.planning.study import MAIN_PAPER
from flatminima_study.terminal import (
    FailedJob,
    describe_claims,
    describe_divergence,
    describe_duration,
    describe_failures,
    describe_left_out,
)

CONFIG_FILE = "config.yaml"

# A refusal ends Snakemake with one sentence. An exception would add the place in these rules where
# it was raised.
try:
    if workflow.is_main_process:
        check_overlays(CONFIG_FILE, *map(os.path.relpath, workflow.overwrite_configfiles))
except ConfigurationError as error:
    sys.exit(f"{error}.")


# What the command line adds comes after what the file has: an overlay that repeats a value moves no
# block to the front. Snakemake merges it into what is read here.
config.clear()


configfile: CONFIG_FILE


update_config(config, typed(workflow.config_settings.config))


try:
    STUDY = parse_study(config)
except ConfigurationError as error:
    sys.exit(f"{error}.")

NOTHING = "nothing^"  # no file name matches this


wildcard_constraints:
    dataset="[A-Za-z][A-Za-z0-9_]*",
    experiment="|".join(STUDY.experiments),
    measurement="|".join(STUDY.measurements) or NOTHING,
    reduced="|".join(STUDY.reduced) or NOTHING,
    paper="|".join(STUDY.papers),
    job=".+",
    figure="[A-Za-z0-9][A-Za-z0-9_-]*",


def experiment(wildcards):
    return STUDY.experiments[wildcards.experiment]


def job(wildcards):
    return experiment(wildcards).jobs[wildcards.job]


def measurement(wildcards):
    return STUDY.measurements[wildcards.measurement]


def figure(wildcards):
    return STUDY.figures[wildcards.figure]


def table_files(*names):
    """The tables with these names, for the next rule and for people."""
    return expand("results/summaries/{name}.{ending}", name=names, ending=["parquet", "csv"])


def measured_tables(names):
    return expand("results/summaries/measurements/{measurement}.parquet", measurement=names)


def dataset_files(names):
    return expand("results/datasets/{dataset}.npz", dataset=names)


def run_files(names):
    return expand("results/runs/{experiment}.parquet", experiment=names)


def figure_files(*names):
    return expand(
        "results/figures/figure_{figure}.{ending}", figure=names, ending=["pdf", "png", "svg"]
    )


def table_file(table, of):
    """The path of a table from which a figure is drawn."""
    if table == "measurement":
        folder = "measurements/" if of in STUDY.measurements else ""
        return f"results/summaries/{folder}{of}.parquet"
    folders = {
        "runs": "results/runs",
        "summary": "results/summaries",
        "trajectories": "results/summaries/trajectories",
        "paths": "results/trajectories",
        "theory": "results/summaries/theory",
    }
    return f"{folders[table]}/{of}.parquet"


def figure_tables(wildcards):
    """The tables from which a figure is drawn, by role."""
    drawn = figure(wildcards)
    tables = {role: table_file(*table) for role, table in drawn.tables().items()}
    if drawn.regression() is not None:
        name = f"figure_{wildcards.figure}"
        tables["numbers"] = f"results/summaries/regressions/{name}.parquet"
    return tables


def explored_tables(name):
    """The tables of an experiment on the page, by the names that the page uses."""
    tables = {
        "runs": f"results/runs/{name}.parquet",
        "summary": f"results/summaries/{name}.parquet",
        "theory": f"results/summaries/theory/{name}.parquet",
    }
    if name in STUDY.recorded:
        tables["trajectories"] = f"results/summaries/trajectories/{name}.parquet"
    return tables


def article_parts():
    """What the article is made from; nothing if the study lacks what its main text needs."""
    return parts_of_article(STUDY, Path(os.path.relpath(Path(workflow.basedir, "workflow"))))


def template(name):
    """The path of a template that a script fills, as an input of its rule."""
    return os.path.relpath(Path(workflow.basedir, "workflow", "templates", name))


def requested_targets():
    """The targets on the command line, which Snakemake does not pass on to a Snakefile."""
    if not workflow.is_main_process or "snakemake" not in sys.argv[0]:
        return set()
    with redirect_stderr(io.StringIO()):  # Snakemake has already named the profile
        _, arguments = parse_args(sys.argv[1:])
    return set(arguments.targets)


def check_requested_targets():
    """Refuse an unknown target before anything starts.

    Snakemake would complain of a missing rule.
    """
    try:
        check_targets(requested_targets(), {rule.name for rule in workflow.rules})
    except ConfigurationError as error:
        sys.exit(f"{error}.")


def check_results_folder():
    """Refuse to start where nothing can be written.

    Snakemake would list the missing files of the first job without a reason.
    """
    if not workflow.is_main_process or workflow.dryrun:
        return
    try:
        os.makedirs("results", exist_ok=True)
        with TemporaryFile(dir="results"):
            pass
    except OSError as error:
        sys.exit(f"results/ cannot be written: {error.strerror}.")


def training_estimate(wildcards):
    """The time and memory that a training job takes."""
    return estimate_training(job(wildcards))


def measurement_estimate(wildcards):
    """The time and memory that a measurement takes."""
    asked = measurement(wildcards)
    sizes = {name: STUDY.datasets[name].size() for name in asked.referred("datasets")}
    return estimate_measurement(asked, sizes)


def print_beginning():
    """Print how long the jobs of this build will take together.

    Jobs that a profile groups are sent to a cluster together and run one after another.
    """
    estimates, light, heavy = [], 0, set()
    for planned in workflow.dag.needrun_jobs():
        if planned.rule.name in ("train_runs", "record_runs"):
            estimates.append(training_estimate(planned.wildcards))
        elif planned.rule.name == "measure_theory":
            estimates.append(measurement_estimate(planned.wildcards))
        else:
            light += 1
            continue
        heavy.add(workflow.dag.get_job_group(planned) or planned)
    jobs = len(estimates) + light
    at_once = min(len(heavy) + light, workflow.cores if workflow.local_exec else workflow.nodes)
    elsewhere = "" if workflow.local_exec else ", without the time that the cluster lets them wait"
    duration = describe_duration(predict_seconds(estimates, light, at_once))
    print(
        f"{jobs} jobs, {at_once} at a time, {len(estimates)} of them training or measuring the "
        f"theory: {duration}, judged by their sizes{elsewhere}.",
        file=sys.stderr,
    )
    rules = ("train_runs", "record_runs")
    trained = {
        one.wildcards.experiment for one in workflow.dag.needrun_jobs() if one.rule.name in rules
    }
    print_left_out(sorted(trained))
    print_advice(sorted(trained))


def print_advice(trained):
    """Print at which learning rates no minimiser is stable, for each trained experiment."""
    for name in trained:
        asked = STUDY.experiments[name]
        kinds = {dataset: STUDY.datasets[dataset] for dataset in asked.datasets}
        if line := advise(asked, dict(drawn_data(kinds, STUDY.seed))):
            print(line, file=sys.stderr)


def print_left_out(trained):
    """Print of which experiments, among those that are trained, an epoch leaves out samples."""
    for name in trained:
        asked = STUDY.experiments[name]
        if getattr(asked.optimiser, "sampling", "") != "without_replacement":
            continue
        for samples in sorted({size.samples for size in asked.datasets.values()}):
            for setting in asked.optimiser.settings(samples):
                line = describe_left_out(name, samples, setting.samples_of_a_step(samples))
                if line:
                    print(line, file=sys.stderr)


def print_divergence():
    """Print of which experiments in this build all runs, or all of some rate, diverged."""
    summarised = {
        one.wildcards.experiment for one in workflow.dag.jobs if one.rule.name == "summarise_runs"
    }
    for name in sorted(summarised):
        tables = [Path(f"results/summaries/{folder}{name}.csv") for folder in ("", "theory/")]
        if all(path.exists() for path in tables):
            line = describe_divergence(*tables)
            if line:
                print(line, file=sys.stderr)


def print_ending():
    """Print where the results are and, after a build of claims, which of them hold."""
    targets = requested_targets()
    claims = [Path("results/summaries/claims.csv")]
    if not targets <= {"all", "theory"}:
        asked = targets & {*STUDY.papers_with_claims}
        claims = [Path(f"results/summaries/claims/{paper}.csv") for paper in asked]
    for path in claims:
        if path.exists():
            print(describe_claims(path), file=sys.stderr)
    print_divergence()
    lines = ["Figures are in results/figures, tables in results/summaries."]
    if Path(EXPLORER).exists():
        lines.append(f"To explore the runs, open {EXPLORER} in a browser.")
    print("\n".join(lines), file=sys.stderr)


def print_failures():
    """Print what failed and why, one line each, below Snakemake's own messages."""
    jobs = []
    for failed in workflow.scheduler.failed:
        log = str(failed.log[0]) if failed.log else ""
        text = Path(log).read_text("utf-8", errors="replace") if Path(log).is_file() else ""
        name = " ".join([failed.rule.name, *failed.wildcards])
        jobs.append(FailedJob(name, log or "none", text))
    jobs.sort(key=lambda one: one.name)
    atexit.register(print, describe_failures(jobs), file=sys.stderr)


def cancel_timers():
    """Cancel the timers by which Snakemake would look for jobs again. Its exit waits for them."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
