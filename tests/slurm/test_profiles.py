"""The study through a real Slurm: few jobs, and the same bytes as on one machine."""

import math
import re
import shutil
from collections import Counter

import pytest

from tests.slurm.profiles import PROFILES, submit
from tests.study_folder import PROJECT

CLUSTER_RULES = {"train_runs", "record_runs", "measure_theory"}
TOGETHER = 10
"""The jobs of a rule that the profiles make one job of the cluster."""


def test_all_other_rules_run_beside_snakemake():
    rules = "".join(path.read_text() for path in PROJECT.glob("workflow/rules/*.smk"))
    blocks = re.findall(r"^(?:use rule \w+ as|rule) (\w+)(.*?)(?=^\w|\Z)", rules, re.M | re.S)
    assert {name for name, block in blocks if "localrule: True" not in block} == CLUSTER_RULES


def test_the_full_study_is_at_most_100_cluster_jobs(fresh):
    shutil.copy(PROJECT / "config.yaml", fresh.path)
    jobs = fresh.planned()
    assert 0 < cluster_jobs(jobs) <= 100


def cluster_jobs(planned: Counter) -> int:
    """Return how many jobs the cluster gets: a profile puts up to ten of a rule into one."""
    return sum(math.ceil(planned[rule] / TOGETHER) for rule in CLUSTER_RULES)


TARGETS = ("figure_distance", "figure_path", "figure_theory_rates")
"""What takes some cluster jobs of each rule; each starts Snakemake three times over."""


@pytest.mark.parametrize("profile", PROFILES)
def test_a_cluster_makes_the_same_bytes(cluster, fresh, built_once, profile):
    jobs = fresh.planned(*TARGETS)
    assert jobs.keys() >= CLUSTER_RULES
    earlier = cluster.jobs("all")
    with submit(fresh, cluster, profile, *TARGETS) as build:
        build.finish()
    sent = cluster.jobs("all") - earlier
    assert len(sent) == cluster_jobs(jobs) < sum(jobs[rule] for rule in CLUSTER_RULES)
    hours = {jobs[rule] for rule in CLUSTER_RULES} if profile == "slurm" else {1}
    assert {job.walltime for job in sent} == {f"{hour}:00:00" for hour in hours}
    assert fresh.results().items() <= built_once.results().items()
