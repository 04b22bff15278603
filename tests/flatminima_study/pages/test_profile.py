"""Shares add up, and jobs on several cores wait for what they need and no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatminima_study.pages.profile import TimedJob, describe_profile, makespan, share_by_rule


def job(name: str, seconds: float, *needs: str) -> TimedJob:
    return TimedJob(name, seconds, 100 * seconds, frozenset(needs))


FORK = [
    job("make/data", 1),
    job("train/a", 4, "make/data"),
    job("train/b", 2, "make/data"),
    job("train/c", 2, "make/data"),
    job("draw/figure", 1, "train/a", "train/b", "train/c"),
]


@pytest.mark.parametrize(("cores", "seconds"), [(1, 10), (2, 6), (3, 6), (8, 6)])
def test_a_fork_takes_its_work_or_its_longest_path(cores, seconds):
    assert makespan(FORK, cores) == seconds


def test_the_longest_job_starts_first():
    jobs = [job("train/short", 1), job("train/shorter", 0.5), job("train/long", 1.5)]
    assert makespan(jobs, 2) == 1.5


chains = st.lists(st.floats(0.1, 10), min_size=1, max_size=12)


@given(chains, st.integers(1, 9))
def test_a_chain_takes_as_long_on_all_numbers_of_cores(durations, cores):
    jobs = [
        job(str(position), seconds, *[str(position - 1)][: min(position, 1)])
        for position, seconds in enumerate(durations)
    ]
    assert makespan(jobs, cores) == pytest.approx(sum(durations))


@given(chains, st.integers(1, 9))
def test_what_needs_nothing_takes_at_most_one_job_more_than_its_share(durations, cores):
    """Graham's bound of any list."""
    jobs = [job(str(position), seconds) for position, seconds in enumerate(durations)]
    found = makespan(jobs, cores)
    least = max(sum(durations) / cores, max(durations))
    assert found >= 0.999999 * least
    assert found <= 1.000001 * (sum(durations) / cores + max(durations))


def test_shares_are_of_each_rule():
    table = share_by_rule(FORK).set_index("rule")
    assert list(table.index) == ["train", "draw", "make"]
    assert table.loc["train"].to_dict() == {
        "jobs": 3,
        "seconds": 8,
        "share": 0.8,
        "longest": 4,
        "megabytes": 400,
    }
    assert table["share"].sum() == pytest.approx(1)


def test_the_page_holds_both_tables():
    page = describe_profile(FORK)
    assert "| train | 3 | 8.0 | 80.0% | 4.0 | 400 |" in page
    assert "The longest job is `train/a`, 40.0% of all work." in page
    assert "| 1 | 10 |\n| 2 | 6 |" in page
