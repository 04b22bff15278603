"""A finished study as a research object: a folder for depositing.

The folder is a Workflow Run RO-Crate.  It contains the workflow, its configuration, the data
that it read and everything that it made.  Its ro-crate-metadata.json says which job made which
file, from which files, with which parameters, and when.  The results in it are hard links, which
take no space.  They do not change, because results are only replaced as a whole.
"""

import json
import os
import platform
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from flatminima_study.files.tables import Record

__all__ = ["write_crate"]

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
PAPER = "https://arxiv.org/abs/2405.13456"
LICENCE = "https://spdx.org/licenses/MIT"
DOCUMENTS = ("README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "pyproject.toml")
FORMATS = {
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".yaml": "application/yaml",
}
COMPLETED = "http://schema.org/CompletedActionStatus"


def write_crate(
    target: Path, folder: Path, records: Mapping[str, Record], configuration: Iterable[str]
) -> None:
    """Write the crate of a finished study; on success it replaces an earlier one.

    Args:
        target: The folder of the crate.
        folder: The folder of the study.
        records: Its checked files, each with its record.
        configuration: The configuration files that were read, relative to the folder.
    """
    description = _Description(folder)
    description.add_sources()
    description.add_workflow(configuration)
    description.add_jobs(records)
    description.add_study(records)
    new = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    try:
        for path in records:
            _link(folder / path, new / path)
        description.crate.write(new)
        shutil.rmtree(target, ignore_errors=True)
        new.rename(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


class _Description:
    """The metadata of the crate while it is put together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.crate = ROCrate(version="1.1")  # Workflow Run Crate 0.5 builds on this version
        self.jobs: list[Entity] = []
        self.controls: list[Entity] = []
        root = self.crate.root_dataset
        root["name"] = "A study made with flatminima"
        root["description"] = (
            "The sharpness of the minima that gradient descent finds in deep networks: "
            "the workflow, its configuration, and every dataset, run, summary and figure."
        )
        root["license"] = self._entity(LICENCE, "CreativeWork", name="MIT License")
        root["citation"] = self._entity(
            PAPER,
            "ScholarlyArticle",
            name="Deep linear networks for regression are implicitly regularized "
            "towards flat minima",
            author=[
                self._entity("#marion", "Person", name="Pierre Marion"),
                self._entity("#chizat", "Person", name="Lénaïc Chizat"),
            ],
        )
        root["conformsTo"] = [
            self._entity(profile, "CreativeWork", name=name, version=profile.rpartition("/")[2])
            for profile, name in PROFILES.items()
        ]

    def add_sources(self) -> None:
        """Add everything that is needed to run the workflow again."""
        for name in DOCUMENTS:
            if (self.folder / name).exists():
                self._file(name)
        if readme := self.crate.get("README.md"):
            readme["about"] = self.crate.root_dataset
        for part in ("workflow", "envs"):
            for path in sorted((self.folder / part).rglob("*")):
                parts = path.relative_to(self.folder).parts
                made = any(name == "__pycache__" or name.endswith(".egg-info") for name in parts)
                if path.is_file() and not made:
                    self._file("/".join(parts))

    def add_workflow(self, configuration: Iterable[str]) -> None:
        """Add the Snakefile, the files that it read, and the packages that it ran with."""
        packages = {
            found.metadata["Name"].lower(): found.version
            for found in distributions()
            if found.metadata["Name"] != "flatminima"
        }
        self.engine = _package("snakemake", packages["snakemake"])
        python = self._entity(
            "https://www.python.org",
            "SoftwareApplication",
            name="Python",
            softwareVersion=platform.python_version(),
            operatingSystem=f"{platform.system()} {platform.machine()}",
        )
        self.workflow = self.crate.add_workflow(
            self.folder / "Snakefile",
            "Snakefile",
            main=True,
            lang="snakemake",
            lang_version=packages["snakemake"],
            properties={
                "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
                "name": "flatminima",
                "version": version("flatminima"),
            },
        )
        self.workflow["softwareRequirements"] = [
            python,
            *(
                self._entity(
                    _package(name, number),
                    "SoftwareApplication",
                    name=name,
                    softwareVersion=number,
                )
                for name, number in sorted(packages.items())
            ),
        ]
        self.configuration = [self._file(path) for path in configuration]
        parameter = self._entity(
            "#configuration",
            "FormalParameter",
            name="configuration",
            additionalType="File",
            workExample=self.configuration,
        )
        for file in self.configuration:
            file["exampleOfWork"] = parameter
        self.workflow["input"] = parameter

    def add_jobs(self, records: Mapping[str, Record]) -> None:
        """Add each job with the files that it read and made, and each rule as a step."""
        made_by: dict[str, list[str]] = defaultdict(list)
        for path, record in records.items():
            made_by["/".join([record.rule, *record.wildcards.values()])].append(path)
        steps: dict[str, Entity] = {}
        for job, made in made_by.items():
            record = records[made[0]]
            (name,) = (name for name in record.code if name.startswith("scripts/"))
            script = self.crate.get(f"workflow/{name}")
            if record.rule not in steps:
                steps[record.rule] = self._entity(
                    f"#step/{record.rule}",
                    "HowToStep",
                    name=record.rule,
                    position=str(len(steps) + 1),
                    workExample=script,
                )
            action = self._job(job, made, record, script)
            self.jobs.append(action)
            self.controls.append(
                self._entity(
                    f"#control/{job}",
                    "ControlAction",
                    name=f"start of {job}",
                    instrument=steps[record.rule],
                    object=action,
                )
            )
        self.workflow["step"] = list(steps.values())
        self.workflow["hasPart"] = list({step["workExample"]: None for step in steps.values()})

    def add_study(self, records: Mapping[str, Record]) -> None:
        """Add the run as a whole."""
        read = {name for record in records.values() for name in record.made_from}
        times = {
            "startTime": min(job["startTime"] for job in self.jobs),
            "endTime": max(job["endTime"] for job in self.jobs),
        }
        study = self._entity(
            "#study",
            "CreateAction",
            name="The study",
            description="All jobs, made by one or several calls of Snakemake.",
            instrument=self.workflow,
            object=[
                *self.configuration,
                *(self._file(name) for name in sorted(read - records.keys())),
            ],
            result=[self.crate.get(path) for path in records],
            actionStatus=COMPLETED,
            **times,
        )
        self._entity(
            "#orchestration",
            "OrganizeAction",
            name="Snakemake",
            instrument=self.crate.get(self.engine),
            object=self.controls,
            result=study,
            **times,
        )
        self.crate.root_dataset["mentions"] = [study, *self.jobs]
        # The time of the run, not the present time: the same results make the same crate.
        self.crate.root_dataset["datePublished"] = times["endTime"]
        for name in ("logs", "timings"):
            self.crate.add_dataset(self.folder / "results" / name, f"results/{name}/")

    def _job(self, job: str, made: list[str], record: Record, script: Entity) -> Entity:
        """Add a job, with times from its files and from how long Snakemake saw it run."""
        end = max((self.folder / path).stat().st_mtime for path in made)
        timing = pd.read_csv(self.folder / f"results/timings/{job}.tsv", sep="\t")
        end_time = datetime.fromtimestamp(end, UTC)
        parameters = self._entity(
            f"#parameters/{job}",
            "PropertyValue",
            name="parameters",
            value=json.dumps(record.parameters, sort_keys=True),
        )
        return self._entity(
            f"#job/{job}",
            "CreateAction",
            name=job,
            description=f"A job of the rule {record.rule}.",
            instrument=script,
            object=[*(self._file(name) for name in sorted(record.made_from)), parameters],
            result=[self._file(path) for path in made],
            startTime=_shown(end_time - timedelta(seconds=float(timing["s"].iloc[-1]))),
            endTime=_shown(end_time),
            actionStatus=COMPLETED,
        )

    def _file(self, name: str) -> Entity:
        """Return the entity of a file; a file from outside the folder is named but not copied."""
        path = self.folder / name
        inside = path.resolve().is_relative_to(self.folder.resolve())
        identity = os.path.relpath(path, self.folder) if inside else f"#outside/{path.name}"
        if known := self.crate.get(identity):
            return known
        content = path.read_bytes()
        described = {"name": path.name, "sha256": sha256(content).hexdigest()}
        if not inside:
            return self._entity(identity, "CreativeWork", **described)
        described["contentSize"] = str(len(content))
        described["encodingFormat"] = FORMATS.get(path.suffix, "text/plain")
        if path.parent.name == "scripts":
            described["@type"] = ["File", "SoftwareSourceCode"]
            described["version"] = version("flatminima")
        return self.crate.add_file(path, identity, properties=described)

    def _entity(self, identity: str, kind: str, **properties: Any) -> Entity:
        """Add an entity that is not a file; JSON-LD writes a list of one item as the item."""
        entity = self.crate.add(ContextEntity(self.crate, identity, {"@type": kind}))
        for key, value in properties.items():
            entity[key] = value[0] if isinstance(value, list) and len(value) == 1 else value
        return entity


def _package(name: str, number: str) -> str:
    """Return the package URL of a Python package."""
    return f"pkg:pypi/{name}@{number}"


def _shown(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def _link(path: Path, link: Path) -> None:
    """Give a file a second name, or copy it if the file system has no hard links."""
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, link)
    except OSError:
        shutil.copy2(path, link)
