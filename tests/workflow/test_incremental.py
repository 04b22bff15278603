"""What is made again after a change, and what is not."""

from collections import Counter

import pandas as pd
import pytest
import yaml

from tests.study_folder import counted_jobs

FIGURES = (
    *("distance", "sharpness", "path", "rates", "gap", "gelu"),
    *("theory_rates", "saddle_escape", "outcomes", "gram"),
)


def test_one_call_makes_everything(built_once):
    results = built_once.path / "results"
    for figure in FIGURES:
        assert (results / f"figures/figure_{figure}.pdf").read_bytes().startswith(b"%PDF")
        assert (results / f"figures/figure_{figure}.png").read_bytes().startswith(b"\x89PNG")
        assert b"<svg" in (results / f"figures/figure_{figure}.svg").read_bytes()[:1000]
    assert not list(results.glob("figures/figure_both.*"))  # of the supplement
    for experiment in ("scales", "paths", "depths", "own_data", "gelu"):
        summary = built_once.table(f"summaries/{experiment}")
        in_csv = pd.read_csv(results / f"summaries/{experiment}.csv")
        assert len(summary) == len(in_csv) > 0
        assert (summary["mean"].to_numpy() == in_csv["mean"].to_numpy())[summary["count"] > 0].all()
        assert (results / f"summaries/theory/{experiment}.csv").stat().st_size > 0
    assert not list(results.rglob("*.tmp*"))


def test_a_second_call_does_nothing(built_once):
    assert "Nothing to be done" in built_once.snakemake().stderr


def test_every_job_leaves_a_log_and_its_time(built_once):
    results = built_once.path / "results"
    logs = {
        path.relative_to(results / "logs").with_suffix("") for path in results.glob("logs/**/*.log")
    }
    times = {
        path.relative_to(results / "timings").with_suffix("")
        for path in results.glob("timings/**/*.tsv")
    }
    assert logs == times
    assert all((results / "logs" / f"{log}.log").read_text().endswith("done\n") for log in logs)


def test_a_figure_makes_only_what_it_needs(fresh):
    assert fresh.planned("figure_path") == Counter(
        make_dataset=1,
        record_runs=1,
        gather_trajectories=1,
        summarise_trajectories=1,
        tabulate_theory=1,
        plot_figure=1,
    )


def test_the_supplement_draws_what_the_study_does_not(built):
    """A figure of several pieces is drawn from their tables, and with their words."""
    assert built.planned("supplement") == Counter(plot_figure=1)
    built.snakemake("supplement")
    assert (built.path / "results/figures/figure_both.svg").exists()
    built.configure(lambda config: config["figures"]["sharpness"].update(y_scale="linear"))
    assert built.planned("figure_both", "figure_distance") == Counter(plot_figure=1)


@pytest.mark.parametrize("target", ["figures", "summaries", "runs", "scales"])
def test_each_stage_is_a_target(fresh, target):
    stages = ["make_dataset", "train_runs", "summarise_runs", "plot_figure"]
    last = {"runs": 1, "summaries": 2, "scales": 2, "figures": 3}[target]
    jobs = fresh.planned(target)
    assert all(jobs[stage] > 0 for stage in stages[: last + 1])
    assert all(jobs[stage] == 0 for stage in stages[last + 1 :])


def test_a_changed_title_draws_one_figure(built):
    built.configure(lambda config: config["figures"]["gelu"].update(title="GELU"))
    assert built.planned() == Counter(plot_figure=1)


def test_a_file_that_repeats_a_value_makes_nothing_again(built):
    """Snakemake would put its blocks before all others, and remake the pages that list them."""
    last = list(built.config["experiments"])[-1]
    repeated = {
        "experiments": {last: {"init_scale": built.config["experiments"][last]["init_scale"]}}
    }
    (built.path / "same.yaml").write_text(yaml.safe_dump(repeated))
    result = built.snakemake("--dry-run", "--configfile", "same.yaml")
    assert "Nothing to be done" in result.stdout + result.stderr


PAGES = Counter(draw_explorer=1)
"""What shows every table of runs and summaries."""


EDITS = {
    "words draw what shows them": (
        [
            ("flatminima/core/columns.py", 'label="depth $L$"', 'label="$L$ layers"'),
            (
                "flatminima/quantities/distance.py",
                "squared distance after training",
                "distance, squared, after training",
            ),
            ("flatminima/networks/mlp/__init__.py", "perceptrons with", "networks with"),
        ],
        PAGES + Counter(plot_figure=3),
    ),
    "the perceptron trains perceptrons alone": (
        [
            (
                "flatminima/networks/mlp/network.py",
                "delta_dot = 2 / self.dataset.samples * z_dot",
                "delta_dot = (2 / self.dataset.samples) * (1 * z_dot)",
            )
        ],
        PAGES
        + Counter(train_runs=2, gather_runs=2, summarise_runs=2)
        + Counter(tabulate_overview=1, plot_figure=1)
        # and what is measured of their runs
        + Counter(measure_theory=1, reduce_measurements=1, judge_claims=1, gather_claims=1),
    ),
    "a claim is judged anew and a kind of figure draws its figures": (
        [
            (
                "flatminima_papers/flat_minima/claims/drift.py",
                "LARGEST_RELATIVE_RATE = 0.25",
                "LARGEST_RELATIVE_RATE = 0.5",
            ),
            ("flatminima/figures/scatter.py", "alpha=0.5", "alpha=0.4"),
        ],
        Counter(judge_claims=1, gather_claims=1, plot_figure=1),
    ),
    "a kind of measurement makes its own tables": (
        [
            (
                "flatminima_papers/flat_minima/measurements/drift.py",
                "steps = round(self.time / learning_rate)",
                "steps = 1 + round(self.time / learning_rate)",
            )
        ],
        Counter(measure_theory=1, judge_claims=1, gather_claims=1),
    ),
    "a kind of data makes its own data": (
        [
            (
                "flatminima/datasets/spectrum.py",
                "solution / np.linalg.norm",
                "+solution / np.linalg.norm",
            )
        ],
        Counter(make_dataset=1, measure_theory=1, judge_claims=1, gather_claims=1),
    ),
    "the style draws all figures": (
        [
            (
                "flatminima/plotting/style.py",
                "COLUMN_WIDTH, PAGE_WIDTH = 3.4, 7.0",
                "COLUMN_WIDTH, PAGE_WIDTH = 3.5, 7.0",
            )
        ],
        PAGES + Counter(plot_figure=len(FIGURES)),
    ),
}
"""What is edited, each as module, old and new text, and the jobs that are planned then."""


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_makes_again_exactly_what_uses_it(built, what):
    edits, jobs = EDITS[what]
    for edit in edits:
        built.edit(*edit)
    assert built.planned() == jobs


def test_edited_comments_and_docstrings_make_nothing_again(built):
    built.edit("flatminima/networks/mlp/__init__.py", "import numpy", "# a\nimport numpy")
    built.edit("flatminima/runs/training.py", "import numpy", "# a\nimport numpy")
    built.edit("scripts/train_runs.py", "with running_job", "# a\nwith running_job")
    built.edit("flatminima/theory/closed_forms.py", "Return 2 c L a,", "It is 2 c L a,")
    assert built.planned() == Counter()


def test_a_changed_style_makes_the_explorer_only(built):
    style = built.path / "workflow/templates/explorer.css"
    style.write_text(style.read_text().replace("#fff", "#ffe"))
    assert built.planned() == Counter(draw_explorer=1)


def test_a_changed_caption_or_section_makes_nothing_again(built):
    def change(config):
        config["figures"]["gap"]["caption"] = "Other words."
        config["experiments"]["scales"]["section"] = "Elsewhere"

    built.configure(change)
    assert built.planned() == Counter()


def test_a_changed_learning_rate_trains_its_cell(built):
    def change(config):
        config["experiments"]["scales"]["sweep"][0]["learning_rate"][1] = 0.11
        config["figures"]["gap"]["select"]["learning_rate"][1] = 0.11

    built.configure(change)
    assert built.planned("runs") == Counter(train_runs=1, gather_runs=1)


def test_a_changed_library_module_reruns_the_jobs_that_import_it(built):
    built.edit(
        "flatminima/theory/closed_forms.py",
        "return 2 / lower_bound",
        "return +2 / lower_bound",
    )
    jobs = built.planned()
    assert jobs["train_runs"] == jobs["make_dataset"] == jobs["record_runs"] == 0
    assert jobs["tabulate_theory"] == 7
    assert jobs["measure_theory"] == 4  # not those that compare with no closed form of S_min


def test_the_claims_are_judged_and_printed_at_the_end(built_once):
    claims = pd.read_csv(built_once.path / "results/summaries/claims.csv")
    assert claims["cases"].gt(0).all()
    always = ["theorem_2", "minimal_sharpness_attained"]
    assert claims.set_index("claim").loc[always, "verdict"].eq("holds").all()


def assert_rows_unchanged(before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Every row of the first table stands in the second, bit for bit."""
    key = ["dataset", "depth", "width", "learning_rate", "init_scale", "repetition"]
    after = after.set_index(key).loc[before.set_index(key).index].reset_index()
    pd.testing.assert_frame_equal(before, after[before.columns], check_exact=True)


def test_added_repetitions_and_scales_leave_every_old_row(built):
    before = {name: built.table(f"runs/{name}") for name in ("scales", "gelu")}

    def change(config):
        scales, gelu = config["experiments"]["scales"], config["experiments"]["gelu"]
        scales["sweep"][0]["repetitions"] += 1
        scales["sweep"][1]["repetitions"] += 2
        gelu["init_scale"].insert(1, 0.5)

    built.configure(change)
    built.snakemake("runs")
    for name, old in before.items():
        new = built.table(f"runs/{name}")
        assert len(new) > len(old)
        assert_rows_unchanged(old, new)


def test_the_size_of_a_job_changes_no_row(built):
    before = built.table("runs/own_data")
    built.configure(lambda config: config["training"].update(runs_per_job=12))
    made = built.snakemake("results/runs/own_data.parquet")
    assert counted_jobs(made.stdout + made.stderr) == Counter(train_runs=1, gather_runs=1)
    assert_rows_unchanged(before, built.table("runs/own_data"))
