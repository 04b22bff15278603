"""What lies in results/ is checked as a whole, and listed."""

import csv
import shutil
from hashlib import sha256

import pytest

from flatminima_study.files.verification import VerificationError, check_results


def made_files(folder) -> set[str]:
    """Return every file below results/ that a rule makes from the study."""
    paths = (path.relative_to(folder.path) for path in folder.path.glob("results/**/*.*"))
    return {
        path.as_posix()
        for path in paths
        if (folder.path / path).is_file() and not path.parts[1].startswith(("logs", "timings"))
    } - {"results/manifest.tsv", "results/explorer.html"}


def test_a_build_is_verified_and_listed(built):
    built.snakemake("verify")
    with (built.path / "results/manifest.tsv").open() as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert {row["file"] for row in rows} == made_files(built)
    for row in rows:
        assert row["sha256"] == sha256((built.path / row["file"]).read_bytes()).hexdigest()
    rules = {row["rule"] for row in rows}
    assert {"make_dataset", "train_runs", "gather_runs", "plot_figure"} <= rules


def flip_a_byte(path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


DAMAGES = [
    "results/datasets/small.npz",
    "results/runs/depths.parquet",
    "results/trajectories/paths.parquet",
    "results/summaries/scales.parquet",
    "results/summaries/depths.csv",
    "results/figures/figure_gap.pdf",
    "results/figures/figure_gap.png",
    "results/figures/figure_gap.svg",
]


def test_every_damaged_file_is_named_at_once(built):
    for name in DAMAGES:
        flip_a_byte(built.path / name)
    result = built.snakemake("verify", check=False)
    assert result.returncode != 0
    for name in DAMAGES:
        assert name in result.stderr
    assert not (built.path / "results/manifest.tsv").exists()


def test_a_file_of_another_cell_is_named(built):
    one, other = sorted((built.path / "results/runs/depths/small").rglob("*.parquet"))[:2]
    shutil.copy(other, one)
    with pytest.raises(VerificationError, match=rf"{one.name} was written as .*{other.name}"):
        check_results(built.path)


def test_a_file_made_from_an_older_file_is_named(built):
    data = built.path / "mine.csv"
    data.write_text(data.read_text() + "1,1,1\n")
    with pytest.raises(VerificationError, match=r"mine.npz was made from another mine.csv"):
        check_results(built.path)


def test_what_is_not_made_yet_is_no_damage(built):
    whole = check_results(built.path)
    (built.path / "results/figures/figure_gap.pdf").unlink()
    assert len(check_results(built.path)) == len(whole) - 1


def test_a_table_for_people_without_the_one_it_is_a_copy_of_is_named(built):
    (built.path / "results/summaries/scales.parquet").unlink()
    with pytest.raises(VerificationError, match=r"scales.csv has no scales.parquet beside it"):
        check_results(built.path)
