"""Names that are taken: by the workflow, by another block, or on some file system."""

import re
from collections.abc import Mapping, Set
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from flatminima_study.configuration.blocks import SECTIONS, PaperBlock, StudyBlock
from flatminima_study.configuration.refusals import ConfigurationError
from flatminima_study.planning.study import MAIN_PAPER

__all__ = ["check_names", "check_targets", "file_of"]

RULES = Path(__file__).parents[2] / "rules"

RESERVED_TARGETS = {
    *(
        "all",
        "datasets",
        "runs",
        "summaries",
        "figures",
        "supplement",
        "theory",
        "explorer",
        "verify",
    ),
    *("claims", "critical_rates", "overview", "benchmark", "cost", "crate", "dag", "report"),
    *("readme_figure", "api", MAIN_PAPER),
}
"""Targets and tables of the workflow, which no experiment may be called."""

RESERVED_FILES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""What no file may be called on Windows and its file systems, whatever the ending."""


def check_targets(targets: set[str], known: set[str]) -> None:
    """Refuse a target that is neither a known name nor a path.

    Raises:
        ConfigurationError: Names the target and what is near it.
    """
    for target in sorted(targets):
        if target not in known and "/" not in target and not Path(target).exists():
            near = get_close_matches(target, known, n=3)
            kind = "figure" if target.startswith("figure_") else "target"
            allowed = sorted(t for t in known if kind == "target" or t.startswith("figure_"))
            hint = f"did you mean {' or '.join(near)}? " if near else ""
            raise ConfigurationError(
                f"there is no {kind} {target!r}: {hint}Allowed are {', '.join(allowed)}"
            )


def file_of(paper: str) -> str:
    """Return where a paper's blocks stand."""
    return (
        "config.yaml" if paper == MAIN_PAPER else f"workflow/flatminima_papers/{paper}/paper.yaml"
    )


def check_names(papers: Mapping[str, StudyBlock | PaperBlock]) -> None:
    """Refuse names that are, or on some file system would be, the name of something else."""
    targets = RESERVED_TARGETS | _rule_names()
    for paper in papers:
        if paper != MAIN_PAPER and _is_taken(paper, targets | RESERVED_FILES):
            raise ConfigurationError(
                f"papers holds {paper!r}, which is a name of the workflow's own; allowed: any other"
            )
    targets |= {paper.lower() for paper in papers}
    seen: dict[tuple[str, str], str] = {}
    for paper, block in papers.items():
        for section, name in ((s, name) for s in SECTIONS for name in getattr(block, s)):
            where = f"{section}.{name}"
            if paper != MAIN_PAPER:
                where = f"{file_of(paper)}: {where}"
            if (section, name.lower()) in seen:
                raise ConfigurationError(
                    f"{where} has the name of {seen[section, name.lower()]}; allowed: a name "
                    "once in all papers, in upper or lower case"
                )
            if name.lower() in RESERVED_FILES:
                raise ConfigurationError(
                    f"{where} is a name that Windows keeps for itself; allowed: any other"
                )
            if section == "experiments" and _is_taken(name, targets):
                raise ConfigurationError(
                    f"{where} has the name of a target of the workflow; allowed: any other name "
                    f"than {', '.join(sorted(targets))} and figure_..."
                )
            seen[section, name.lower()] = f"{name} in {file_of(paper)}"


def _is_taken(name: str, taken: Set[str]) -> bool:
    return name.lower() in taken or name.lower().startswith("figure_")


@cache
def _rule_names() -> frozenset[str]:
    """The rules of the workflow; an experiment is one more."""
    text = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*.smk"))
    return frozenset(re.findall(r"^ *(?:use )?rule (?:\w+ as )?(\w+)", text, re.MULTILINE))
