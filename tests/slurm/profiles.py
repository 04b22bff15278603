"""The profiles as a person of another site would change them, for the test cluster."""

import re

from tests.sessions import Session
from tests.slurm.cluster import PARTITION, Cluster
from tests.study_folder import Folder

PROFILES = ("slurm", "cluster-generic")
CHANGES = {
    "slurm": [
        ("slurm_partition: main", f"slurm_partition: {PARTITION}"),
        ("  slurm_account: .*\n", ""),  # the test cluster has no accounts
        ("# set-resources:", "set-resources:"),
    ],
    "cluster-generic": [
        ("--partition=main", f"--partition={PARTITION}"),
        ("--account=flatminima", "--account=anything"),
        ("--time={resources.runtime}", "--time=60"),
    ],
}
QUICKER = [  # the test's jobs take seconds
    ("(seconds-between-status-checks|init-seconds-before-status-checks): .*", r"\1: 2"),
    ("latency-wait: .*", "latency-wait: 5"),
]


def submit(folder: Folder, cluster: Cluster, profile: str, *targets: str) -> Session:
    """Start a build of targets through a profile of the folder, adapted to the cluster."""
    path = folder.path / f"workflow/profiles/{profile}/config.v8+.yaml"
    text = path.read_text()
    for line, replacement in CHANGES[profile] + QUICKER:
        text = re.sub(line, replacement, text)
    path.write_text(text)
    return folder.start("--profile", str(path.parent), *targets, **cluster.environment)
