"""Pages that stand alone: a template with all that it needs written into it."""

import re
from collections.abc import Mapping

__all__ = ["fill_template"]


def fill_template(page: str, parts: Mapping[str, str]) -> str:
    """Return a page with each place of a part filled.

    A part stands as a comment of its own language, so that a template is well-formed.
    """
    return re.sub(r"/\*\{\{ (\w+) \}\}\*/", lambda place: parts[place[1]], page)
