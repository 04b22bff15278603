# Runs: one training job a batch, and one table an experiment.


rule train_batch:
    input:
        dataset=lambda wildcards: f"results/datasets/{find_batch(wildcards).dataset}.npz",
    output:
        runs=RUN_FILE,
    log:
        "results/logs/train_batch/{experiment}/{batch}.log",
    benchmark:
        "results/timings/train_batch/{experiment}/{batch}.tsv"
    # The longest job first: the last one to end decides when the study does.
    priority: lambda wildcards: training_estimate(wildcards).seconds
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * training_estimate(wildcards).megabytes,
        runtime=lambda wildcards, attempt: attempt * training_estimate(wildcards).minutes,
    params:
        recipe=recipe("train_batch/{experiment}/{batch}"),
    script:
        "../scripts/train_batch.py"


use rule train_batch as record_batch with:
    output:
        runs=RUN_FILE,
        trajectories=TRAJECTORY_FILE,
    log:
        "results/logs/record_batch/{experiment}/{batch}.log",
    benchmark:
        "results/timings/record_batch/{experiment}/{batch}.tsv"
    wildcard_constraints:
        experiment="|".join(RECORDED) or NOTHING,
    params:
        recipe=recipe("record_batch/{experiment}/{batch}"),


ruleorder: record_batch > train_batch


rule gather_runs:
    input:
        tables=batch_files(RUN_FILE),
    output:
        "results/runs/{experiment}.parquet",
    log:
        "results/logs/gather_runs/{experiment}.log",
    benchmark:
        "results/timings/gather_runs/{experiment}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        recipe=recipe("gather_runs/{experiment}"),
    script:
        "../scripts/gather_tables.py"


use rule gather_runs as gather_trajectories with:
    input:
        tables=batch_files(TRAJECTORY_FILE),
    output:
        "results/trajectories/{experiment}.parquet",
    log:
        "results/logs/gather_trajectories/{experiment}.log",
    benchmark:
        "results/timings/gather_trajectories/{experiment}.tsv"
    localrule: True
    params:
        recipe=recipe("gather_trajectories/{experiment}"),
