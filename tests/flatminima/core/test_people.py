import pytest

from flatminima.core.columns import Column, described
from flatminima.core.people import ForPeopleError, Words, for_people, within_a_job

COLUMN = Column("x", words=Words("the words"))


def test_what_is_for_people_answers_outside_of_jobs():
    with within_a_job():
        pass
    assert for_people(lambda: 1)() == 1
    assert Words("the words").phrase == "the words"
    assert described([COLUMN])["x"]["words"] == "the words"


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda: described([COLUMN]), "described"),
        (lambda: COLUMN.words.label, "Words.label"),
        (for_people(lambda: 1), "<lambda>"),
    ],
    ids=["function", "words", "lambda"],
)
def test_it_refuses_to_answer_within_a_job(ask, name):
    with within_a_job(), pytest.raises(ForPeopleError, match="is for people alone") as caught:
        ask()
    assert name in str(caught.value)


def test_a_job_may_declare_columns_with_words():
    with within_a_job():
        column = Column("y", words=Words("others", like=COLUMN.words))
    assert described([column])["y"]["words"] == "others"
