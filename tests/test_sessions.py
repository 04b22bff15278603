"""Nothing that a test starts outlives it, whatever became of the test."""

import sys
from pathlib import Path

import psutil

from tests.sessions import Session, WarmSession, wait_until
from tests.study_folder import PROJECT


def are_gone(processes: list[psutil.Process]) -> bool:
    return not any(
        process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes
    )


def test_what_was_left_suspended_ends_and_nothing_waits_for_its_output(tmp_path):
    command = "sleep 1000 & sleep 1000 & kill -STOP $!; echo said; exit 3"
    with Session(["bash", "-c", command], tmp_path, {}) as session:
        assert session.wait() == 3
        assert session.output == "said\n"
        left = session.running()
        assert len(left) == 2
    assert are_gone(left)


def test_a_suspended_session_stands_still_until_it_is_resumed(tmp_path):
    command = "while true; do /bin/echo; done"
    with Session(["bash", "-c", command], tmp_path, {}) as session:
        session.wait_until(lambda: session.output, "it prints")
        session.suspend()
        printed = session.output
        assert {process.status() for process in session.running()} == {psutil.STATUS_STOPPED}
        assert session.output == printed
        session.resume()
        session.wait_until(lambda: len(session.output) > len(printed), "it goes on")


def test_a_warm_session_ends_and_prints_as_a_cold_one(tmp_path):
    (tmp_path / "sound.json").write_text("[1]")
    for command in (["json.tool", "sound.json"], ["json.tool", "missing.json"]):
        cold = Session([sys.executable, "-m", *command], tmp_path, {})
        with cold, WarmSession(command, tmp_path, {}) as warm:
            assert warm.wait() == cold.wait()
            assert warm.output == cold.output
            assert bool(warm.errors) == bool(cold.errors)


def said(path: Path) -> str:
    return path.read_text() if path.exists() else ""


HANGING = """
from pathlib import Path
from tests.sessions import Session

def test_hangs():
    with Session(["bash", "-c", "sleep 1000 & echo $! > pid; wait"], Path.cwd(), {}) as session:
        session.wait()
"""


def test_a_test_that_hangs_fails_and_what_it_started_ends(tmp_path):
    (tmp_path / "test_hanging.py").write_text(HANGING)
    command = [sys.executable, "-m", "pytest", "--timeout=3", "--timeout-method=signal"]
    with Session(command, tmp_path, {"PYTHONPATH": str(PROJECT)}) as session:
        wait_until(lambda: said(tmp_path / "pid"), "the test runs")
        left = psutil.Process(int((tmp_path / "pid").read_text()))
        result = session.finish(check=False)
    assert "Timeout (>3.0s)" in result.stdout
    assert "1 failed" in result.stdout
    assert are_gone([left])
