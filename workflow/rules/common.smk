# The configuration, checked, and what every rule file uses.

import sys
from pathlib import Path

from snakemake.cli import parse_args
from snakemake.exceptions import WorkflowError

from flatminima_study.configuration import ConfigurationError, check_targets, parse_study
from flatminima_study.sources import imported_modules

try:
    STUDY = parse_study(config)
except ConfigurationError as error:
    raise WorkflowError(f"{error}.")


wildcard_constraints:
    dataset="[A-Za-z][A-Za-z0-9_]*",
    experiment="[A-Za-z][A-Za-z0-9_]*",
    batch=".+",
    figure="[A-Za-z0-9][A-Za-z0-9_-]*",


def sources(script):
    """The modules of this project that a script imports, as inputs of its rule."""
    path = Path(workflow.basedir, "workflow", "scripts", script)
    return [os.path.relpath(module) for module in imported_modules(path)]


def check_requested_targets():
    """Refuse an unknown target of the command line before anything starts.

    Snakemake tells a Snakefile nothing of its targets, and would call an unknown one a
    missing rule.
    """
    if not workflow.is_main_process or "snakemake" not in sys.argv[0]:
        return
    _, arguments = parse_args(sys.argv[1:])
    try:
        check_targets(set(arguments.targets), {rule.name for rule in workflow.rules})
    except ConfigurationError as error:
        raise WorkflowError(f"{error}.")


def find_batch(wildcards):
    return STUDY.experiments[wildcards.experiment].batches[wildcards.batch]


def experiment_of(wildcards):
    return STUDY.experiments[wildcards.experiment]
