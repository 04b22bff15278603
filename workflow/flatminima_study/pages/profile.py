"""Where the time of a finished study went, and what it would take on other numbers of cores.

From the timings that Snakemake keeps of each job, and from what each file was made from.
"""

import csv
import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from flatminima_study.files.catalogue import Product
from flatminima_study.files.tables import read_sealed

__all__ = ["TimedJob", "describe_profile", "makespan", "share_by_rule", "timed_jobs"]

TIMINGS = "results/timings"

CORES = (1, 2, 4, 8, 16, 32)

TEXT = """\
# Where the time goes

Written by `snakemake --cores 1 profile` from the timings of the study that lies in `results/`.
Seconds are those of each job's process from its start to its end, its imports among them.

## By rule

{rules}

The longest job is `{longest}`, {longest_share:.1%} of all work.

## On more cores

The jobs as they were timed, each as soon as its files are there, the longest first. What Snakemake
takes itself is not in it: some seconds until the first job, and some hundredths of one a job.

{cores}
"""


@dataclass(frozen=True)
class TimedJob:
    """A job, and what it took.

    Attributes:
        name: The rule, and what of it.
        seconds: Of its process.
        megabytes: Of memory, at its peak.
        needs: The jobs whose files it read.
    """

    name: str
    seconds: float
    megabytes: float
    needs: frozenset[str] = frozenset()


def timed_jobs(products: Iterable[Product], folder: Path) -> list[TimedJob]:
    """Read what each job of a finished study took, and what it needed.

    Raises:
        FileNotFoundError: If a file of the study or a job's timing is not there.
    """
    products = list(products)
    maker = {product.path: product.job for product in products}
    needs: dict[str, set[str]] = {}
    for product in products:
        if Path(product.path).suffix != ".csv":  # which says nothing of itself
            _, _, record = read_sealed(product.path, folder)
            read = {maker[path] for path in record.made_from if path in maker}
            needs.setdefault(product.job, set()).update(read)
    return [_timed(job, frozenset(read), folder) for job, read in needs.items()]


def share_by_rule(jobs: Iterable[TimedJob]) -> pd.DataFrame:
    """Return what the jobs of each rule took together, the longest rule first.

    With ``rule``, ``jobs``, ``seconds``, ``share`` of all seconds, ``longest`` seconds of one
    job, and its ``megabytes`` at most.
    """
    rows = [(job.name.partition("/")[0], job.seconds, job.megabytes) for job in jobs]
    table = pd.DataFrame(rows, columns=["rule", "seconds", "megabytes"])
    grouped = table.groupby("rule")
    shares = pd.DataFrame(
        {
            "jobs": grouped.size(),
            "seconds": grouped["seconds"].sum(),
            "share": grouped["seconds"].sum() / table["seconds"].sum(),
            "longest": grouped["seconds"].max(),
            "megabytes": grouped["megabytes"].max(),
        }
    )
    return shares.sort_values("seconds", ascending=False, kind="stable").reset_index()


def makespan(jobs: Iterable[TimedJob], cores: int) -> float:
    """Return how long some jobs take: whenever a core is free, the longest that can start does.

    Args:
        jobs: Each with what it needs, among them.
        cores: How many jobs run at a time.
    """
    by_name = {job.name: job for job in jobs}
    waiting = {job.name: set(job.needs) for job in by_name.values()}
    ready = [(-job.seconds, job.name) for job in by_name.values() if not job.needs]
    heapq.heapify(ready)
    running: list[tuple[float, str]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < cores:
            seconds, name = heapq.heappop(ready)
            heapq.heappush(running, (now - seconds, name))
        now, ended = heapq.heappop(running)
        for name, missing in waiting.items():
            if ended in missing:
                missing.remove(ended)
                if not missing:
                    heapq.heappush(ready, (-by_name[name].seconds, name))
    return now


def describe_profile(jobs: Iterable[TimedJob]) -> str:
    """Return the page, in Markdown."""
    jobs = list(jobs)
    rules = share_by_rule(jobs)
    longest = max(jobs, key=lambda job: job.seconds)
    times = [(cores, f"{makespan(jobs, cores):.0f}") for cores in CORES]
    return TEXT.format(
        rules=_markdown(
            {
                "rule": rules["rule"],
                "jobs": rules["jobs"].astype(str),
                "seconds": rules["seconds"].map("{:.1f}".format),
                "share": rules["share"].map("{:.1%}".format),
                "longest job [s]": rules["longest"].map("{:.1f}".format),
                "memory [MB]": rules["megabytes"].map("{:.0f}".format),
            }
        ),
        longest=longest.name,
        longest_share=longest.seconds / rules["seconds"].sum(),
        cores=_markdown(
            {"cores": [str(cores) for cores, _ in times], "seconds": [time for _, time in times]}
        ),
    )


def _timed(job: str, needs: frozenset[str], folder: Path) -> TimedJob:
    path = folder / TIMINGS / f"{job}.tsv"
    with path.open() as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    numbers = [float(row[name]) for name in ("s", "max_rss")]
    return TimedJob(job, *numbers, needs)


def _markdown(columns: Mapping[str, Iterable[str]]) -> str:
    lines = [tuple(columns), ("---",) * len(columns), *zip(*columns.values(), strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
