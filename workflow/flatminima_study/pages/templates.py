"""Stand-alone pages: templates with everything that they need filled in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["fill_template", "read_templates"]


def read_templates(files: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a page, of its style after the shared one, and of its script.

    Args:
        files: The paths of the ``page``, the ``shared_style``, its ``style`` and ``script``.
    """
    page, shared, style, script = (
        Path(files[part]).read_text(encoding="utf-8")
        for part in ("page", "shared_style", "style", "script")
    )
    return {"page": page, "style": shared + style, "script": script}


def fill_template(page: str, parts: Mapping[str, str]) -> str:
    """Return a page in which each part is filled in.

    The place of a part is a comment in its language, so that a template is well-formed.
    """
    return re.sub(r"/\*\{\{ (\w+) \}\}\*/", lambda place: parts[place[1]], page)
