"""What a person at the terminal reads: how long, how far, where things are, what failed."""

import re


def test_a_build_says_how_long_how_far_and_where(built):
    (built.path / "results/figures/figure_gap.pdf").unlink()
    said = built.snakemake("figure_gap").stderr
    beginning = said.index("2 jobs, 2 at a time, 0 of them training or measuring the theory: less")
    progress = said.index("1 of 2 steps (50%) done")
    ending = said.index("Figures are in results/figures, tables in results/summaries.")
    assert beginning < progress < ending
    assert "results/explorer.html" in said[ending:]
    assert "    input:" not in said  # what each job reads would fill the screen


def test_jobs_that_train_are_counted_by_their_sizes(built):
    def lengthen(config):
        gelu = config["experiments"]["gelu"]
        gelu["sweep"][0] |= {"steps": 1_000_000_000, "repetitions": 100}
        gelu["runs_per_job"] = 1000

    built.configure(lengthen)
    with built.start("gelu") as process:
        process.wait_until(lambda: "sizes." in process.errors, "the sizes are said")
        said = process.errors
    assert re.search(r"1 of them training or measuring the theory: about [\d.]+ hours", said)


def test_a_failure_ends_with_the_error_and_the_log_of_each_failed_job(built):
    table = built.path / "results/runs/scales.parquet"
    table.write_bytes(table.read_bytes() + b"x")
    (built.path / "results/summaries/regressions/figure_gap.csv").unlink()
    result = built.snakemake("--keep-going", "scales", "figure_gap", check=False)
    assert result.returncode != 0
    *_, title, first, second = result.stderr.rstrip().splitlines()
    assert title == "What failed:"
    jobs = {"fit_regression gap": first, "summarise_runs scales": second}
    damage = r"DamagedFileError: results/runs/scales\.parquet is damaged: .*"
    for job, line in jobs.items():
        log = re.fullmatch(rf"  {job}: {damage} \(log: (.*)\)", line)[1]
        assert "DamagedFileError" in (built.path / log).read_text()
