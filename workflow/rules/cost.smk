# What the configured study costs on this machine; not part of the study.  The target `cost` has no
# output, so that it prints the estimate at every call.


rule cost:
    input:
        table="results/summaries/cost.parquet",
    log:
        "results/logs/print_cost.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/print_cost.py"


rule predict_cost:
    input:
        benchmark="results/summaries/benchmark.parquet",
    output:
        parquet="results/summaries/cost.parquet",
        csv="results/summaries/cost.csv",
    log:
        "results/logs/predict_cost.log",
    benchmark:
        "results/timings/predict_cost.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        jobs=lambda wildcards: workloads(STUDY),
        code=code_of("predict_cost", *BENCHMARKED),
    script:
        "../scripts/predict_cost.py"
