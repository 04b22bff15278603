"""The page that trains deep linear networks in the browser."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flatminima.datasets import Dataset
from flatminima_study.pages.templates import fill_template, read_templates

__all__ = ["render_live"]


def render_live(
    datasets: Mapping[str, Dataset], words: Mapping[str, str], files: Mapping[str, Any]
) -> str:
    """Return the page, in which everything that it needs is filled in.

    Args:
        datasets: The data to choose from, by name.
        words: What the page calls each of them.
        files: The paths of the page's parts (see `read_templates`), of its ``core``, which
            computes, and of its ``worker``.
    """
    data = {
        name: {"words": words[name], "X": one.inputs.tolist(), "y": one.targets.tolist()}
        for name, one in datasets.items()
    }
    parts = read_templates(files)
    parts |= {name: Path(files[name]).read_text(encoding="utf-8") for name in ("core", "worker")}
    return fill_template(parts.pop("page"), {**parts, "datasets": json.dumps(data)})
