# Runs: one training job a batch, and one table an experiment.

RUN_FILE = "results/runs/{experiment}/{batch}.parquet"
TRAJECTORY_FILE = "results/runs/{experiment}/{batch}.trajectories.parquet"


def batch_files(pattern):
    """An input function: the files of all batches of an experiment."""

    def files(wildcards):
        batches = STUDY.experiments[wildcards.experiment].batches
        return [pattern.format(experiment=wildcards.experiment, batch=name) for name in batches]

    return files


rule train_batch:
    input:
        dataset=lambda wildcards: f"results/datasets/{find_batch(wildcards).dataset}.npz",
        sources=sources("train_batch.py"),
    output:
        runs=RUN_FILE,
    log:
        "results/logs/train_batch/{experiment}/{batch}.log",
    benchmark:
        "results/benchmarks/train_batch/{experiment}/{batch}.tsv"
    # The longest job first: the last one to end decides when the study does.
    priority: lambda wildcards: find_batch(wildcards).estimated_seconds
    threads: 1
    resources:
        mem_mb=lambda wildcards: find_batch(wildcards).estimated_megabytes,
        runtime=lambda wildcards: 2 + round(find_batch(wildcards).estimated_seconds / 20),
    params:
        seed=STUDY.seed,
        gradient_tolerance=STUDY.gradient_tolerance,
        batch=lambda wildcards: find_batch(wildcards).parameters(),
    script:
        "../scripts/train_batch.py"


use rule train_batch as record_batch with:
    output:
        runs=RUN_FILE,
        trajectories=TRAJECTORY_FILE,
    log:
        "results/logs/record_batch/{experiment}/{batch}.log",
    benchmark:
        "results/benchmarks/record_batch/{experiment}/{batch}.tsv"
    wildcard_constraints:
        experiment="|".join(RECORDED) or "nothing_is_recorded^",


ruleorder: record_batch > train_batch


rule gather_runs:
    input:
        tables=batch_files(RUN_FILE),
        sources=sources("gather_tables.py"),
    output:
        "results/runs/{experiment}.parquet",
    log:
        "results/logs/gather_runs/{experiment}.log",
    benchmark:
        "results/benchmarks/gather_runs/{experiment}.tsv"
    threads: 1
    resources:
        mem_mb=300,
        runtime=2,
    params:
        batches=lambda wildcards: [
            batch.parameters() for batch in experiment_of(wildcards).batches.values()
        ],
    script:
        "../scripts/gather_tables.py"


use rule gather_runs as gather_trajectories with:
    input:
        tables=batch_files(TRAJECTORY_FILE),
        sources=sources("gather_tables.py"),
    output:
        "results/runs/{experiment}.trajectories.parquet",
    log:
        "results/logs/gather_trajectories/{experiment}.log",
    benchmark:
        "results/benchmarks/gather_trajectories/{experiment}.tsv"
