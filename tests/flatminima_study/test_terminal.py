"""What the terminal shows before and after a build."""

import re
from types import SimpleNamespace

import pytest

from flatminima_study.files.job import running_job
from flatminima_study.terminal import (
    FailedJob,
    describe_claims,
    describe_divergence,
    describe_duration,
    describe_failures,
    describe_left_out,
)

TABLE = """claim,source,statement,measured,regime,cases,margin,tolerance,verdict
fails_here,ours,s,m,small scales,3,-0.5,0.02,fails
open_here,ours,s,m,few,2,-0.1,0.02,undecided
holds_here,ours,s,m,"all, really",12,1e-3,0.0,holds
"""


def test_each_claim_has_a_line_and_failures_come_last(tmp_path):
    table = tmp_path / "claims.csv"
    table.write_text(TABLE)
    first, *lines = describe_claims(table).splitlines()
    assert first == f"1 of 3 claims hold, 1 fail, 1 are undecided ({table}):"
    assert [line.split()[:2] for line in lines] == [
        ["holds", "holds_here"],
        ["undecided", "open_here"],
        ["FAILS", "fails_here"],
    ]
    assert "-5.0e-01 in 3 cases" in lines[2]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute"),
        (80, "about a minute"),
        (800, "about 13 minutes"),
        (10_000, "about 2.8 hours"),
    ],
)
def test_a_duration_is_as_exact_as_it_is_known(seconds, words):
    assert describe_duration(seconds) == words


def failed_job(log, error: Exception | None) -> FailedJob:
    """Return a job as a script leaves it, which progressed and then failed or was killed."""
    with pytest.raises(SystemExit) if error else open(log, "w") as stream:
        if error is None:
            stream.write("12:00:00 step 100\n")
        else:
            job_of = SimpleNamespace(log=[str(log)], rule="plot_figure", params={}, wildcards={})
            with running_job(job_of) as job:
                job.logger.info("step 100")
                raise error
    return FailedJob("plot_figure gap", str(log), log.read_text())


def test_a_failed_job_is_told_by_its_own_error(tmp_path):
    log = tmp_path / "gap.log"
    text = describe_failures([failed_job(log, ValueError("the axis is empty"))])
    assert text.splitlines()[1:] == [
        f"  plot_figure gap: ValueError: the axis is empty (log: {log})"
    ]


def test_of_an_error_of_many_lines_the_first_is_told(tmp_path):
    error = ValueError("2 files are wrong:\n  one\n  two")
    text = describe_failures([failed_job(tmp_path / "log", error)])
    assert "ValueError: 2 files are wrong: (log" in text


def test_a_killed_job_and_one_without_a_log_are_told_as_such(tmp_path):
    jobs = [failed_job(tmp_path / "log", None), FailedJob("gather_runs", "none", "")]
    assert describe_failures(jobs).count("ended without a word") == 2


def test_many_failures_are_not_a_screenful():
    jobs = [FailedJob(f"job {number}", "none", "") for number in range(200)]
    lines = describe_failures(jobs).splitlines()
    assert len(lines) == 12
    assert re.fullmatch(r"\s+and 190 more", lines[-1])


def summary_of(path, rows):
    lines = ["learning_rate,quantity,runs,diverged"]
    lines += [f"{rate},divergence_probability,{runs},{diverged}" for rate, runs, diverged in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_an_experiment_in_which_all_runs_of_a_rate_diverge_is_named_with_what_helps(tmp_path):
    theory = tmp_path / "theory.csv"
    theory.write_text("quantity,value\nminimal_sharpness,20\nminimal_sharpness,40\n")
    some = summary_of(tmp_path / "wine.csv", [(0.01, 4, 3), (0.5, 4, 4), (0.5, 2, 2)])
    assert describe_divergence(some, theory) == (
        "wine: all 6 runs at the learning rates 0.5 diverged; try smaller learning rates (below "
        "2 / S_min, at most 0.1 here), and for data of your own `standardise: true`."
    )
    assert "wine: all 4 runs diverged;" in describe_divergence(
        summary_of(tmp_path / "wine.csv", [(0.1, 4, 4)]), theory
    )
    sound = summary_of(tmp_path / "wine.csv", [(0.1, 4, 3)])
    assert describe_divergence(sound, theory) == ""


def test_what_an_epoch_leaves_out_is_said_if_it_leaves_out_something():
    assert "leave out 2 of the 12 samples" in describe_left_out("batches", 12, 5)
    assert describe_left_out("batches", 12, 4) == ""
