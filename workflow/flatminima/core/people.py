"""What is for people alone, marked where it stands.

Labels, captions and descriptions decide no number, so editing them must not train anything again.
They are marked here and left out of the digest of the code of every job
(`flatminima_study.planning.code`).  In return they refuse to answer within a job: the process that
plans the study reads them, and a job that shows words receives them as parameters.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

__all__ = ["ForPeopleError", "Words", "for_people", "within_a_job"]

_in_a_job = ContextVar("in_a_job", default=False)


class ForPeopleError(RuntimeError):
    """A job used something for people alone, which the digest of its code leaves out."""


@contextmanager
def within_a_job() -> Iterator[None]:
    """Let everything for people alone refuse to answer within the block."""
    token = _in_a_job.set(True)
    try:
        yield
    finally:
        _in_a_job.reset(token)


def for_people(function: Callable) -> Callable:
    """Mark a function whose result is for people alone.

    Raises:
        ForPeopleError: When the function is called within a job.
    """

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _refuse_in_a_job(function.__qualname__)
        return function(*args, **kwargs)

    return guarded


def _refuse_in_a_job(name: str) -> None:
    if _in_a_job.get():
        raise ForPeopleError(f"{name} is for people alone; a job receives words as parameters")


@dataclass(frozen=True)
class Words:
    r"""What people call a column.

    Attributes:
        phrase: Its name in a sentence; by default the name of the column with spaces.
        label: Its name on an axis or in a legend, with TeX between dollars; by default the phrase.
        symbol: A symbol before a value in a legend, as in ``$L$ = 10``; by default none.
        definition: What the column is, in a sentence or two.
        values: What people call its values, where the table has other names for them.
        floor: Values below it are rounding errors; 0 if there are none.
        like: The words of another column, which are used here where nothing else is given.
    """

    phrase: str = ""
    label: str = ""
    symbol: str = ""
    definition: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    floor: float = 0.0
    like: "Words | None" = None

    def __getattribute__(self, name: str) -> Any:
        """Return an attribute.

        Raises:
            ForPeopleError: Within a job.
        """
        if not name.startswith("_"):
            _refuse_in_a_job(f"Words.{name}")
        return object.__getattribute__(self, name)
