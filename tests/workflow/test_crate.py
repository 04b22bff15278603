"""The research object of a finished study holds all of it, and says the truth about it."""

import json
from hashlib import sha256
from urllib.parse import quote, unquote

import pytest

from flatminima_study.files.verification import check_results


@pytest.fixture
def crate(deposited):
    return deposited.path / "results/crate"


@pytest.fixture
def entities(crate) -> dict[str, dict]:
    graph = json.loads((crate / "ro-crate-metadata.json").read_text())["@graph"]
    assert len(graph) == len({entity["@id"] for entity in graph})
    return {entity["@id"]: entity for entity in graph}


def references(value) -> list[str]:
    """Return what an entity's property refers to."""
    return [item["@id"] for item in (value if isinstance(value, list) else [value])]


def test_every_file_in_the_crate_is_described_with_its_checksum(crate, entities):
    paths = {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()}
    described = {unquote(name) for name, entity in entities.items() if "contentSize" in entity}
    folders = ("results/logs/", "results/timings/")
    assert {path for path in paths if not path.startswith(folders)} == described | {
        "ro-crate-metadata.json",
        "Snakefile",
    }
    for name in described:
        content = (crate / name).read_bytes()
        entity = entities[quote(name)]
        assert entity["sha256"] == sha256(content).hexdigest()
        assert entity["contentSize"] == str(len(content))


def test_every_result_is_made_by_one_job_from_files_in_the_crate(deposited, entities):
    records = check_results(deposited.path)
    jobs = {name: entity for name, entity in entities.items() if name.startswith("#job/")}
    results = [path for job in jobs.values() for path in references(job["result"])]
    assert sorted(results) == sorted(records)
    for name, job in jobs.items():
        for path in references(job["result"]):
            assert name == "/".join(["#job", records[path].rule, *records[path].wildcards.values()])
        *read, parameters = references(job["object"])
        assert all("sha256" in entities[path] for path in read)
        assert isinstance(json.loads(entities[parameters]["value"]), dict)
        assert job["startTime"] <= job["endTime"]
        assert (deposited.path / references(job["instrument"])[0]).is_file()
    assert references(jobs["#job/read_file/mine"]["object"])[0] == "mine.csv"
    assert "mine.csv" in references(entities["#study"]["object"])


def test_a_training_job_states_its_parameters(entities):
    job = "train_runs/scales/small/depth_3/width_3/learning_rate_0.02"
    parameters = json.loads(entities[f"#parameters/{job}"]["value"])
    assert parameters["learning_rates"] == [0.02]
    assert parameters["init_scales"] == [0.3, 0.6]
    assert parameters["seed"] == 7
    assert references(entities[f"#job/{job}"]["object"])[0] == "results/datasets/small.npz"


def test_the_crate_is_a_study_that_can_be_verified(crate, deposited):
    assert check_results(crate).keys() == check_results(deposited.path).keys()


def test_a_damaged_study_makes_no_crate(deposited):
    table = deposited.path / "results/summaries/scales.csv"
    whole, old = table.read_bytes(), deposited.path / "results/crate/ro-crate-metadata.json"
    before = old.read_bytes()
    table.write_bytes(whole.replace(b"0", b"1", 1))
    try:
        result = deposited.snakemake("crate", "--rerun-triggers", "input", check=False)
    finally:
        table.write_bytes(whole)
    assert result.returncode != 0
    assert "results/summaries/scales.csv does not hold" in result.stderr
    assert old.read_bytes() == before
