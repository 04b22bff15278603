# Runs: one file per training job, and one table per experiment.


rule train_runs:
    input:
        dataset=lambda wildcards: f"results/datasets/{job(wildcards).dataset}.npz",
    output:
        runs="results/runs/{experiment}/{job}.parquet",
    log:
        "results/logs/train_runs/{experiment}/{job}.log",
    benchmark:
        "results/timings/train_runs/{experiment}/{job}.tsv"
    # The longest job first, because the last job to end decides when the study ends.
    priority: lambda wildcards: training_estimate(wildcards).seconds
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * training_estimate(wildcards).megabytes,
        runtime=lambda wildcards, attempt: attempt * training_estimate(wildcards).minutes,
    params:
        network=lambda wildcards: job(wildcards).network.plain(),
        optimiser=lambda wildcards: job(wildcards).optimiser.plain(),
        learning_rates=lambda wildcards: list(job(wildcards).learning_rates),
        init_scales=lambda wildcards: list(job(wildcards).init_scales),
        repetitions=lambda wildcards: list(job(wildcards).repetitions),
        steps=lambda wildcards: job(wildcards).steps,
        record_every=lambda wildcards: job(wildcards).record_every or 0,
        quantities=lambda wildcards: list(job(wildcards).quantities),
        seed=STUDY.seed,
        gradient_tolerance=STUDY.gradient_tolerance,
        code=lambda wildcards: code_of("train_runs", *job(wildcards).kinds),
    script:
        "../scripts/train_runs.py"


use rule train_runs as record_runs with:
    output:
        runs="results/runs/{experiment}/{job}.parquet",
        trajectories="results/trajectories/{experiment}/{job}.parquet",
    log:
        "results/logs/record_runs/{experiment}/{job}.log",
    benchmark:
        "results/timings/record_runs/{experiment}/{job}.tsv"
    wildcard_constraints:
        experiment="|".join(STUDY.recorded) or NOTHING,


ruleorder: record_runs > train_runs


rule gather_runs:
    input:
        tables=lambda wildcards: expand(
            "results/runs/{{experiment}}/{job}.parquet", job=experiment(wildcards).jobs
        ),
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
        code=code_of("gather_tables"),
    script:
        "../scripts/gather_tables.py"


use rule gather_runs as gather_trajectories with:
    input:
        tables=lambda wildcards: expand(
            "results/trajectories/{{experiment}}/{job}.parquet", job=experiment(wildcards).jobs
        ),
    output:
        "results/trajectories/{experiment}.parquet",
    log:
        "results/logs/gather_trajectories/{experiment}.log",
    benchmark:
        "results/timings/gather_trajectories/{experiment}.tsv"
    localrule: True
