# Measurements of the theory, and the claims, which are judged paper by paper.


rule measure_theory:
    input:
        datasets=lambda wildcards: dataset_files(measurement(wildcards).referred("datasets")),
        runs=lambda wildcards: run_files(measurement(wildcards).referred("experiments")),
    output:
        parquet="results/summaries/measurements/{measurement}.parquet",
        csv="results/summaries/measurements/{measurement}.csv",
    log:
        "results/logs/measure_theory/{measurement}.log",
    benchmark:
        "results/timings/measure_theory/{measurement}.tsv"
    # Like a training job: the longest first.
    priority: lambda wildcards: measurement_estimate(wildcards).seconds
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * measurement_estimate(wildcards).megabytes,
        runtime=lambda wildcards, attempt: attempt * measurement_estimate(wildcards).minutes,
    params:
        measurement=lambda wildcards: measurement(wildcards).plain(),
        seed=STUDY.seed,
        code=lambda wildcards: code_of("measure_theory", measurement(wildcards)),
    script:
        "../scripts/measure_theory.py"


rule reduce_measurements:
    input:
        tables=lambda wildcards: measured_tables(STUDY.reduced[wildcards.reduced].measurements),
        datasets=lambda wildcards: dataset_files(STUDY.reduced[wildcards.reduced].datasets),
    output:
        parquet="results/summaries/{reduced}.parquet",
        csv="results/summaries/{reduced}.csv",
    log:
        "results/logs/reduce_measurements/{reduced}.log",
    benchmark:
        "results/timings/reduce_measurements/{reduced}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        kind=lambda wildcards: STUDY.reduced[wildcards.reduced].kind,
        code=lambda wildcards: code_of(
            "reduce_measurements", load("measurements", STUDY.reduced[wildcards.reduced].kind)
        ),
    script:
        "../scripts/reduce_measurements.py"


rule judge_claims:
    input:
        tables=lambda wildcards: measured_tables(STUDY.papers[wildcards.paper].measurements),
        reduced=lambda wildcards: expand(
            "results/summaries/{reduced}.parquet",
            reduced=STUDY.reduced_tables(STUDY.papers[wildcards.paper]),
        ),
    output:
        parquet="results/summaries/claims/{paper}.parquet",
        csv="results/summaries/claims/{paper}.csv",
    log:
        "results/logs/judge_claims/{paper}.log",
    benchmark:
        "results/timings/judge_claims/{paper}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        # The kind of each table, in the order of the inputs.
        kinds=lambda wildcards: STUDY.kinds_of(STUDY.papers[wildcards.paper].measurements),
        reduced=lambda wildcards: list(STUDY.reduced_tables(STUDY.papers[wildcards.paper]).values()),
        code=lambda wildcards: code_of(
            "judge_claims", *STUDY.judged_by(STUDY.papers[wildcards.paper])
        ),
    script:
        "../scripts/judge_claims.py"


if STUDY.papers_with_claims:

    rule gather_claims:
        input:
            tables=expand(
                "results/summaries/claims/{paper}.parquet", paper=STUDY.papers_with_claims
            ),
        output:
            parquet="results/summaries/claims.parquet",
            csv="results/summaries/claims.csv",
        log:
            "results/logs/gather_claims.log",
        benchmark:
            "results/timings/gather_claims.tsv"
        localrule: True
        conda:
            "../../envs/environment.yaml"
        params:
            code=code_of("gather_claims"),
        script:
            "../scripts/gather_claims.py"
