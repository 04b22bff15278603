# Each claim of a theory beside the numbers measured of it, judged paper by paper.


rule measure_theory:
    input:
        datasets=lambda wildcards: measured_datasets([wildcards.measurement]),
        runs=lambda wildcards: measured_runs([wildcards.measurement]),
    output:
        parquet="results/summaries/measurements/{measurement}.parquet",
        csv="results/summaries/measurements/{measurement}.csv",
    log:
        "results/logs/measure_theory/{measurement}.log",
    benchmark:
        "results/timings/measure_theory/{measurement}.tsv"
    # Among the training jobs, the longest first.
    priority: lambda wildcards: measurement_estimate(wildcards).seconds
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * measurement_estimate(wildcards).megabytes,
        runtime=lambda wildcards, attempt: attempt * measurement_estimate(wildcards).minutes,
    params:
        recipe=recipe("measure_theory/{measurement}"),
    script:
        "../scripts/measure_theory.py"


rule reduce_measurements:
    input:
        tables=lambda wildcards: measured_tables(reduced_measurements(wildcards)),
        datasets=lambda wildcards: measured_datasets(reduced_measurements(wildcards)),
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
        recipe=recipe("reduce_measurements/{reduced}"),
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
        recipe=recipe("judge_claims/{paper}"),
    script:
        "../scripts/judge_claims.py"


if CLAIMING:

    rule gather_claims:
        input:
            tables=expand("results/summaries/claims/{paper}.parquet", paper=CLAIMING),
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
            recipe=recipe("gather_claims"),
        script:
            "../scripts/gather_claims.py"
