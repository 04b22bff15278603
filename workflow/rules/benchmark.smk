# How fast the kernels are on this machine; not part of the study.

BENCHMARKED = [module for family in ("networks", "datasets") for module in modules(family).values()]


rule benchmark:
    input:
        expand("results/summaries/benchmark.{ending}", ending=["parquet", "csv"]),
        expand("results/figures/benchmark.{ending}", ending=["pdf", "png"]),
    localrule: True


rule run_benchmark:
    output:
        parquet="results/summaries/benchmark.parquet",
        csv="results/summaries/benchmark.csv",
    log:
        "results/logs/run_benchmark.log",
    benchmark:
        "results/timings/run_benchmark.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        code=code_of("run_benchmark", *BENCHMARKED),
    script:
        "../scripts/run_benchmark.py"


rule plot_benchmark:
    input:
        timings="results/summaries/benchmark.parquet",
    output:
        pdf="results/figures/benchmark.pdf",
        png=report(
            "results/figures/benchmark.png",
            caption="../report/benchmark.rst",
            category="Benchmark",
            labels={"figure": "benchmark: time of a step of training, and of a sharpness"},
        ),
    log:
        "results/logs/plot_benchmark.log",
    benchmark:
        "results/timings/plot_benchmark.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        code=code_of("plot_benchmark"),
    script:
        "../scripts/plot_benchmark.py"
