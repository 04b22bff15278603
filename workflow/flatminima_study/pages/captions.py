"""The order, names and captions of figures in the report."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from flatminima_study.planning.study import MAIN_PAPER, Study, TrainingJob

__all__ = ["describe_figure", "figure_labels", "figure_section"]

THEORY = "Theory"


def figure_section(study: Study, figure: str) -> tuple[str, str | None]:
    """Return the heading under which a figure is listed, and the one below it."""
    first = study.figures[figure].parts()[0]
    measured = not hasattr(first, "experiment")
    section = THEORY if measured else study.experiments[first.experiment].section
    paper = study.paper_of("figures", figure)
    return (section, None) if paper.name == MAIN_PAPER else (paper.title, section)


def figure_labels(study: Study, figure: str) -> dict[str, str]:
    """Return what the report calls a figure."""
    kind = study.figures[figure]
    return {"figure": f"{figure}: {kind.headline(study.words_of(kind))}"}


def describe_figure(study: Study, figure: str) -> str:
    """Return the caption of a figure in reStructuredText: what to see, and how it was made."""
    kind = study.figures[figure]
    lines = [] if kind.title is None else [f"**{_plain(kind.title)}.**", ""]
    lines += [] if kind.caption is None else [f"**What to see:** {_plain(kind.caption)}", ""]
    lines += [f"**What is drawn:** {_plain(kind.describe(study.words_of(kind)))}.", ""]
    made = (
        line
        for piece in kind.pieces() or (kind,)
        for line in (_trained if hasattr(piece, "experiment") else _measured)(study, piece)
    )
    return "\n".join([*lines, *dict.fromkeys(made)])


def _trained(study: Study, kind: Any) -> Iterator[str]:
    """Describe the parameters of an experiment's training jobs."""
    experiment = study.experiments[kind.experiment]
    jobs = list(experiment.jobs.values())
    yield f"* **Data:** {_data(study, experiment.datasets)}."
    yield (
        f"* **Networks:** {experiment.network.describe()}, depth "
        f"{_values(experiment.axes['depth'])}, width {_values(experiment.axes['width'])}."
    )
    yield f"* **Scale of the initialisation:** {_values(experiment.init_scales)}."
    yield f"* **Optimiser:** {experiment.optimiser.describe()}."
    key = lambda block: (block.steps, block.repetitions)  # noqa: E731
    for (steps, repetitions), blocks in groupby(sorted(experiment.sweep, key=key), key):
        rates = [rate for block in blocks for rate in block.learning_rates]
        ending = "s" if repetitions > 1 else ""
        yield (
            f"* **Learning rate:** {_values(rates)}; {steps} steps, {repetitions} "
            f"repetition{ending}."
        )
    if experiment.record_every is not None:
        often = experiment.record_every
        yield "* **Recorded:** " + ("every step." if often == 1 else f"once in {often} steps.")
    selected = "".join(
        f"; drawn of {axis.replace('_', ' ')}: {_selected(wanted)}"
        for axis, wanted in getattr(kind, "select", {}).items()
    )
    yield f"* **Runs:** {_runs(jobs)} in the experiment ``{experiment.name}``{selected}."


def _runs(jobs: Iterable[TrainingJob]) -> int:
    return sum(job.runs for job in jobs)


def _measured(study: Study, kind: Any) -> Iterator[str]:
    """Describe the parameters of a figure's measurements: their blocks."""
    tables = dict.fromkeys(part.measurement for part in kind.parts())
    for name in (source for table in tables for source in _sources(study, table)):
        block = study.measurements[name].plain()
        measured = block.pop("kind").replace("_", " ")
        data = block.pop("dataset", ())
        on = f", on {_data(study, data)}" if data else ""
        yield f"* **Measured:** {measured} (``{name}``){on}."
        asked = "; ".join(
            f"{key.replace('_', ' ')} {_values(value if isinstance(value, list) else [value])}"
            for key, value in block.items()
        )
        yield f"* **With** {_plain(asked)}."
    for column, values in getattr(kind, "only", {}).items():
        yield f"* **Drawn** of {column.replace('_', ' ')}: {_plain(_values(values))}."


def _sources(study: Study, table: str) -> list[str]:
    """Return the measurements that a table contains."""
    if table in study.measurements:
        return [table]
    return list(study.reduced[table].measurements)


def _data(study: Study, names: Iterable[str]) -> str:
    return ", ".join(f"``{name}`` ({_plain(study.datasets[name].describe())})" for name in names)


def _selected(wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        return ", ".join(f"{bound.replace('_', ' ')} {wanted[bound]:.12g}" for bound in wanted)
    return _values(wanted)


def _values(some: Iterable[Any]) -> str:
    """Name some values: all if there are few, the two ends if there are many."""
    each = sorted(set(some), key=lambda value: (isinstance(value, str), value))
    texts = [value if isinstance(value, str) else f"{value:.12g}" for value in each]
    if len(each) > 6:
        return f"{len(each)} values from {texts[0]} to {texts[-1]}"
    return ", ".join(texts)


def _plain(text: str) -> str:
    """Return a text with its markup characters escaped."""
    return "".join(f"\\{letter}" if letter in "\\*`|_<>[]:." else letter for letter in text)
