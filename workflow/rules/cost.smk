# What the configured study costs on this machine; not part of the study.  The target `cost`
# prints it at every call, so it has no output.


rule cost:
    input:
        table="results/summaries/cost.parquet",
        sources=sources("print_cost.py"),
    log:
        "results/logs/print_cost.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        parameters=lambda wildcards: cost_parameters(STUDY),
    script:
        "../scripts/print_cost.py"


rule predict_cost:
    input:
        benchmark="results/summaries/benchmark.parquet",
        sources=sources("predict_cost.py"),
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
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        parameters=lambda wildcards: cost_parameters(STUDY),
    script:
        "../scripts/predict_cost.py"
