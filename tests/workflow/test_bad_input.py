"""Bad input ends before any job starts, and touches nothing."""

import pytest


def changed(path: str, value):
    def change(config):
        *parents, last = path.split("/")
        for part in parents:
            config = config[int(part) if isinstance(config, list) else part]
        config[last] = value

    return change


def snapshot(folder) -> dict:
    return {path: path.stat().st_mtime_ns for path in folder.path.rglob("results/**/*")}


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("experiments/scales/sweep/0/learning_rate", -0.1, "learning_rate is -0.1"),
        ("datasets/mine/path", "nowhere.csv", "nowhere.csv: there is no such file"),
    ],
)
def test_a_bad_configuration_ends_before_any_job(built, path, value, says):
    before = snapshot(built)
    built.configure(changed(path, value))
    result = built.snakemake(check=False)
    assert result.returncode != 0
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert snapshot(built) == before


def test_an_unknown_target_ends_before_any_job(built):
    before = snapshot(built)
    result = built.snakemake("scalse", check=False)
    assert result.returncode != 0
    assert "'scalse'" in result.stderr
    assert snapshot(built) == before
