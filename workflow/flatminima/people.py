"""What is for people alone, marked where it stands.

Labels, captions and descriptions decide no number, so editing them must not train anything again.
They are marked here and left out of the digest of the code of every job
(`flatminima_study.planning.code`).  In return they refuse to answer within a job: the process that
plans the study reads them, and a job that shows words receives them as parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

__all__ = ["ForPeopleError", "Words", "begin_job", "for_people"]

_job_has_begun = False


class ForPeopleError(RuntimeError):
    """A job asked for what is for people alone, which the digest of its code leaves out."""


def begin_job() -> None:
    """Let what is for people alone refuse to answer in this process from now on."""
    global _job_has_begun
    _job_has_begun = True


def for_people(function: Callable) -> Callable:
    """Mark a function whose result only people see.

    Raises:
        ForPeopleError: When the function is called within a job.
    """

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        _refuse_in_a_job(function.__qualname__)
        return function(*args, **kwargs)

    return guarded


def _refuse_in_a_job(name: str) -> None:
    if _job_has_begun:
        raise ForPeopleError(f"{name} is for people alone; a job receives words as parameters")


@dataclass(frozen=True)
class Words:
    r"""What people call a column.

    Attributes:
        phrase: In a sentence; the name of the column with spaces by default.
        label: On an axis or in a legend, mathematics in TeX between dollars; the phrase by default.
        symbol: Before a value in a legend, as in ``$L$ = 10``; nothing by default.
        definition: What the column is, in a sentence or two.
        values: What people call its values, where that is not what stands in the table.
        floor: Values below it are rounding alone; 0 if none are.
        like: Words of another column, which also hold here where nothing else is said.
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
