"""What the real Snakemake prints of odd configurations, and that it plans what is accepted."""

import pytest

NOTICE = (
    "Using workflow specific profile profiles/default for setting default command line arguments."
)
"""What Snakemake says at every start."""


def lines_of_refusal(folder, *arguments: str) -> list[str]:
    result = folder.snakemake("--dry-run", *arguments, check=False)
    assert result.returncode == 1
    assert not (folder.path / "results").exists()
    assert not (folder.path / "trace").exists()
    lines = (result.stdout + result.stderr).splitlines()
    return [line for line in lines if line != NOTICE]


def test_a_refused_file_is_one_line_on_the_terminal(fresh):
    config = fresh.path / "config.yaml"
    sound = config.read_text()
    # Snakemake would let the first two pass, and run the program in the third
    for text, line in [
        ("seed: 8\n", "config.yaml, line {end}: the key 'seed' is there twice, first in line 2;"),
        ("---\nseed: 8\n", "config.yaml, line {end}: expected a single document in the stream,"),
        (
            "__use_yte__: true\nrun: \"?__import__('os').mkdir('trace')\"\n",
            "config.yaml, line {end}: __use_yte__ is not a known key;",
        ),
    ]:
        config.write_text(sound + text)
        (printed,) = lines_of_refusal(fresh)
        assert printed.startswith(line.format(end=sound.count("\n") + 1))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--configfile", "other.yaml"], "other.yaml, line 2: the key 'seed' is there twice"),
        (["--config", "seed=three"], "seed is 'three'; allowed: an integer"),
        (["--config", "training={runs_per_job: 0.5}"], "runs_per_job is 0.5; allowed: an integer"),
    ],
)
def test_what_the_command_line_adds_is_checked_too(fresh, arguments, says):
    (fresh.path / "other.yaml").write_text("seed: 8\nseed: 9\n")
    assert says in lines_of_refusal(fresh, *arguments)[-1]


def test_one_nested_number_can_be_given_on_the_command_line(fresh):
    whole = fresh.planned("scales")["train_runs"]
    single = fresh.planned("scales", "--config", "training={runs_per_job: 1}")["train_runs"]
    assert single > whole


def extremes(config) -> None:
    """The largest values of all kinds that are accepted together."""
    experiments, figures = config["experiments"], config["figures"]
    config["seed"] = 2**64 - 1
    config["datasets"]["small"] |= {"samples": 1_000_000, "features": 10_000, "noise": 1.0e100}
    experiments["gelu"]["network"] |= {"depth": 100_000, "width": 100_000}
    experiments["gelu"]["sweep"][0] |= {"learning_rate": 1.0e300, "steps": 10**9}
    experiments["gelu"]["init_scale"] = {"from": 1e-300, "to": 1e300, "count": 40, "spacing": "log"}
    experiments["abc" * 19 + "xyz"] = experiments["gelu"]
    figures["abc" * 19 + "xyz"] = figures["gelu"] | {
        "title": "$(id) `id`; {a} <b> % \\ ' \" é",
        "x_range": [-1, 1],
    }
    for name in ("class", "None", "print", "rule", "e1"):  # words of Python and Snakemake
        experiments[name] = experiments["paths"]
        figures[name] = figures["path"] | {"experiment": name}


def test_extreme_values_that_are_accepted_are_planned(fresh):
    fresh.configure(extremes)
    jobs = fresh.planned()
    assert jobs["record_runs"] == 6
    assert jobs["plot_figure"] == 16


def test_a_million_runs_are_planned(fresh):
    def sweep(config):
        config["experiments"]["scales"] |= {
            "runs_per_job": 5_000,
            "init_scale": {"from": 0.1, "to": 1, "count": 100},
            "sweep": [
                {
                    "learning_rate": {"from": 0.01, "to": 1, "count": 100},
                    "steps": 100,
                    "repetitions": 100,
                }
            ],
        }
        config["figures"] = {}

    fresh.configure(sweep)
    assert fresh.planned("scales")["train_runs"] == 200
