import subprocess
import sys

import pytest

from flatminima.columns import Column, described
from flatminima.people import Words, for_people

IN_A_JOB = """
from flatminima.columns import Column, described
from flatminima.people import ForPeopleError, Words, begin_job, for_people
column = Column("x", words=Words("the words"))
begin_job()
Column("y", words=Words("others"))  # as a kind that is imported by a job does
for ask in (lambda: described([column]), lambda: column.words.label, for_people(lambda: 1)):
    try:
        ask()
    except ForPeopleError as error:
        print(error)
"""


def test_what_is_for_people_answers_outside_of_jobs():
    assert for_people(lambda: 1)() == 1
    assert Words("the words").phrase == "the words"
    assert described([Column("x", words=Words("the words"))])["x"]["words"] == "the words"


@pytest.mark.parametrize("name", ["described", "Words.label", "<lambda>"])
def test_it_refuses_to_answer_in_a_job(name):
    done = subprocess.run(
        [sys.executable, "-c", IN_A_JOB], capture_output=True, text=True, check=True
    )
    refusals = done.stdout.splitlines()
    assert len(refusals) == 3
    assert any(line.startswith(f"{name} is for people alone") for line in refusals)
