"""The messages on the terminal before and after a build."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "FailedJob",
    "describe_claims",
    "describe_divergence",
    "describe_duration",
    "describe_failures",
    "describe_left_out",
]

VERDICTS = ("holds", "undecided", "fails")
"""The verdicts, in the order in which they are counted."""

MOST_FAILURES = 10
"""The verdicts whose claims are listed one by one."""

TIME_STAMP = re.compile(r"\d\d:\d\d:\d\d ")


@dataclass(frozen=True)
class FailedJob:
    """A job that failed.

    Attributes:
        name: Its rule and wildcards.
        log: The path of its log.
        text: The content of the log; empty if there is none.
    """

    name: str
    log: str
    text: str


def describe_claims(path: Path) -> str:
    """Return a table of claims as lines for a terminal; claims that do not hold come last.

    Args:
        path: The table, a CSV file.
    """
    claims = _rows(path)
    claims.sort(key=lambda claim: VERDICTS.index(claim["verdict"]))
    width = max((len(claim["claim"]) for claim in claims), default=0)
    counts = Counter(claim["verdict"] for claim in claims)
    lines = [
        f"{counts['holds']} of {len(claims)} claims hold, {counts['fails']} fail, "
        f"{counts['undecided']} are undecided ({path}):"
    ]
    for claim in claims:
        verdict = claim["verdict"].upper() if claim["verdict"] == "fails" else claim["verdict"]
        margin, cases = float(claim["margin"]), int(claim["cases"])
        lines.append(
            f"  {verdict:9}  {claim['claim']:{width}}  margin {margin:+.1e} in {cases} cases"
            f"  ({claim['regime']})"
        )
    return "\n".join(lines)


def describe_divergence(summary: Path, theory: Path) -> str:
    """Say at which learning rates every run of an experiment diverged, and what helps.

    Args:
        summary: The summary of an experiment, a CSV file.
        theory: Its lines of the theory, a CSV file.

    Returns:
        One line; an empty text if some run at each rate did not diverge.
    """
    runs, diverged = Counter(), Counter()
    for row in _rows(summary):
        if row["quantity"] == "divergence_probability":
            rate = float(row["learning_rate"])
            runs[rate] += int(row["runs"])
            diverged[rate] += int(row["diverged"])
    lost = sorted(rate for rate in runs if runs[rate] == diverged[rate])
    if not lost:
        return ""
    rates = ", ".join(f"{rate:g}" for rate in lost[:6]) + ", ..." * (len(lost) > 6)
    where = "" if len(lost) == len(runs) else f" at the learning rates {rates}"
    sharpness = [
        float(row["value"]) for row in _rows(theory) if row["quantity"] == "minimal_sharpness"
    ]
    below = f" (below 2 / S_min, at most {2 / min(sharpness):.2g} here)" if sharpness else ""
    return (
        f"{summary.stem}: all {sum(runs[rate] for rate in lost)} runs{where} diverged; try smaller "
        f"learning rates{below}, and for data of your own `standardise: true`."
    )


def describe_left_out(experiment: str, samples: int, batch_size: int) -> str:
    """Say how many samples an epoch leaves out; an empty text if it leaves out none.

    >>> describe_left_out("batches", 12, 5)
    'batches: batches of 5 leave out 2 of the 12 samples in each epoch.'
    """
    left_out = samples % batch_size
    if not left_out:
        return ""
    return (
        f"{experiment}: batches of {batch_size} leave out {left_out} of the {samples} samples in "
        "each epoch."
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def describe_duration(seconds: float) -> str:
    """Return an approximate duration in words.

    >>> describe_duration(20), describe_duration(800), describe_duration(10_000)
    ('less than a minute', 'about 13 minutes', 'about 2.8 hours')
    """
    if seconds < 45:
        return "less than a minute"
    if seconds < 90:
        return "about a minute"
    if seconds < 100 * 60:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {seconds / 3600:.1f} hours"


def describe_failures(jobs: Iterable[FailedJob]) -> str:
    """Return a line for each failed job: its error, and the path of its log."""
    lines = [f"  {job.name}: {_last_error(job.text)} (log: {job.log})" for job in jobs]
    if len(lines) > MOST_FAILURES:
        lines[MOST_FAILURES:] = [f"  and {len(lines) - MOST_FAILURES} more"]
    return "\n".join(["What failed:", *lines])


def _last_error(log: str) -> str:
    """Return the line that ends a traceback; lines of progress start with a time."""
    lines = [line for line in log.splitlines() if line and not line[0].isspace()]
    if not lines or TIME_STAMP.match(lines[-1]):
        return "ended without a word, as a job that was killed"
    return re.sub(r"^(\w+\.)+(?=\w+: )", "", lines[-1])
