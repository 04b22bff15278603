# Each claim of the theory beside the numbers measured of it.


rule measure_theory:
    input:
        datasets=lambda wildcards: expand(
            "results/datasets/{dataset}.npz",
            dataset=STUDY.measurements[wildcards.measurement].get("dataset", []),
        ),
        sources=sources("measure_theory.py"),
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
        parameters=lambda wildcards: measurement_parameters(STUDY, wildcards.measurement),
    script:
        "../scripts/measure_theory.py"


rule judge_claims:
    input:
        tables=expand(
            "results/summaries/measurements/{measurement}.parquet", measurement=STUDY.measurements
        ),
        datasets=expand("results/datasets/{dataset}.npz", dataset=MEASURED_DATASETS),
        sources=sources("judge_claims.py"),
    output:
        parquet="results/summaries/claims.parquet",
        csv="results/summaries/claims.csv",
        brackets="results/summaries/critical_rates.parquet",
        brackets_csv="results/summaries/critical_rates.csv",
    log:
        "results/logs/judge_claims.log",
    benchmark:
        "results/timings/judge_claims.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        parameters=claims_parameters(STUDY, "claims"),
    script:
        "../scripts/judge_claims.py"
