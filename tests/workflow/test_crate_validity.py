"""A validator of research objects accepts the crate, without the internet."""

import json
from importlib.resources import files
from io import BytesIO

import pytest
import requests
import urllib3
from requests_cache import CachedSession
from rocrate_validator.models import Severity
from rocrate_validator.services import ValidationSettings, validate

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# What RO-Crate 1.1 calls otherwise than 1.3, whose context comes with the library.
TERMS_OF_1_1 = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
    "input": "https://bioschemas.org/ComputationalWorkflow#input",
    "output": "https://bioschemas.org/ComputationalWorkflow#output",
}


@pytest.fixture
def cache(tmp_path):
    """Where the validator finds what it would fetch."""
    context = json.loads(files("rocrate").joinpath("data/ro-crate.jsonld").read_text())
    context["@context"] |= TERMS_OF_1_1
    response = requests.Response()
    response.status_code, response.url = 200, CONTEXT
    response.headers["Content-Type"] = "application/ld+json"
    response.request = requests.Request("GET", CONTEXT).prepare()
    response.raw = urllib3.HTTPResponse(
        BytesIO(json.dumps(context).encode()),
        response.headers,
        status=200,
        preload_content=False,
        request_url=CONTEXT,
    )
    path = tmp_path / "http"
    CachedSession(str(path), backend="sqlite", expire_after=-1).cache.save_response(response)
    return path


def problems(crate, cache) -> list[str]:
    settings = ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier="provenance-run-crate-0.5",  # which includes the Workflow Run Crate
        requirement_severity=Severity.REQUIRED,
        offline=True,
        cache_path=cache,
    )
    return [issue.message for issue in validate(settings).get_issues(Severity.REQUIRED)]


def test_a_validator_accepts_the_crate_and_refuses_a_broken_one(deposited, cache):
    crate = deposited.path / "results/crate"
    assert problems(crate, cache) == []
    metadata = crate / "ro-crate-metadata.json"
    whole = metadata.read_text()
    try:
        metadata.write_text(whole.replace('"instrument"', '"agent"'))
        assert any("instrument" in problem for problem in problems(crate, cache))
    finally:
        metadata.write_text(whole)
