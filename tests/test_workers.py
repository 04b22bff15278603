"""Tests stay together in one worker where they must, and what takes longest comes first."""

import re
import sys

from tests.sessions import Session
from tests.study_folder import PROJECT

SIZES = {  # the toy tests of each module
    "test_last": 2,
    "tests/browser/test_page": 2,
    "tests/browser/test_window": 3,
    "tests/slurm/test_cluster": 3,
    "tests/slurm/test_faults": 2,
    "tests/workflow/test_crate": 2,
    "tests/workflow/test_crate_validity": 2,
    "tests/workflow/test_jobs": 2,
    "tests/workflow/test_same_bytes": 2,
    "tests/workflow/test_second": 8,
}


def test_each_group_has_one_worker_and_comes_first(tmp_path):
    for module, size in SIZES.items():
        path = tmp_path / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"def test_{module.replace('/', '_')}_{number}(): pass" for number in range(size)]
        path.write_text("\n".join(lines))
    hooks = "pytest_collection_modifyitems, pytest_xdist_make_scheduler"
    (tmp_path / "conftest.py").write_text(f"from tests.workers import {hooks}")
    command = [sys.executable, "-m", "pytest", "--verbose", "--numprocesses=2"]
    with Session(command, tmp_path, {"PYTHONPATH": str(PROJECT)}) as session:
        output = session.finish().stdout
    done = re.findall(r"\[(gw\d)\] \[ *\d+%\] PASSED ([\w/]+)\.py::", output)
    assert len(done) == sum(SIZES.values())
    for group in (
        *("tests/slurm", "tests/browser", "tests/workflow/test_crate"),
        ("tests/workflow/test_same_bytes", "tests/workflow/test_jobs"),
    ):
        assert len({worker for worker, module in done if module.startswith(group)}) == 1
    assert {worker for worker, _ in done} == {"gw0", "gw1"}
    for worker in ("gw0", "gw1"):
        modules = [module for by, module in done if by == worker]
        places = [place for place, first in enumerate(modules) if first.endswith("last")]
        assert places == list(range(len(modules) - len(places), len(modules)))
