# Summaries: statistics over repetitions, lines of theory, regressions.


rule summarise_runs:
    input:
        runs="results/runs/{experiment}.parquet",
        sources=sources("summarise_runs.py"),
    output:
        parquet="results/summaries/{experiment}.parquet",
        csv="results/summaries/{experiment}.csv",
    log:
        "results/logs/summarise_runs/{experiment}.log",
    benchmark:
        "results/timings/summarise_runs/{experiment}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=400,
        runtime=5,
    params:
        parameters=lambda wildcards: summary_parameters(STUDY, wildcards.experiment, "runs"),
    script:
        "../scripts/summarise_runs.py"


rule summarise_trajectories:
    input:
        trajectories="results/trajectories/{experiment}.parquet",
        sources=sources("summarise_trajectories.py"),
    output:
        parquet="results/summaries/trajectories/{experiment}.parquet",
        csv="results/summaries/trajectories/{experiment}.csv",
    log:
        "results/logs/summarise_trajectories/{experiment}.log",
    benchmark:
        "results/timings/summarise_trajectories/{experiment}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=400,
        runtime=5,
    params:
        parameters=lambda wildcards: summary_parameters(STUDY, wildcards.experiment, "trajectories"),
    script:
        "../scripts/summarise_trajectories.py"


rule tabulate_theory:
    input:
        datasets=lambda wildcards: expand(
            "results/datasets/{dataset}.npz", dataset=experiment_of(wildcards).datasets
        ),
        sources=sources("tabulate_theory.py"),
    output:
        parquet="results/summaries/theory/{experiment}.parquet",
        csv="results/summaries/theory/{experiment}.csv",
    log:
        "results/logs/tabulate_theory/{experiment}.log",
    benchmark:
        "results/timings/tabulate_theory/{experiment}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=400,
        runtime=2,
    params:
        parameters=lambda wildcards: theory_parameters(STUDY, wildcards.experiment),
    script:
        "../scripts/tabulate_theory.py"


rule fit_regression:
    input:
        runs=lambda wildcards: f"results/runs/{STUDY.figures[wildcards.figure]['experiment']}.parquet",
        sources=sources("fit_regression.py"),
    output:
        parquet="results/summaries/regressions/figure_{figure}.parquet",
        csv="results/summaries/regressions/figure_{figure}.csv",
    log:
        "results/logs/fit_regression/{figure}.log",
    benchmark:
        "results/timings/fit_regression/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=400,
        runtime=2,
    params:
        parameters=lambda wildcards: regression_parameters(STUDY, wildcards.figure),
    script:
        "../scripts/fit_regression.py"


rule tabulate_overview:
    input:
        runs=expand("results/runs/{experiment}.parquet", experiment=STUDY.experiments),
        theory=expand("results/summaries/theory/{experiment}.parquet", experiment=STUDY.experiments),
        sources=sources("tabulate_overview.py"),
    output:
        parquet="results/summaries/overview.parquet",
        csv="results/summaries/overview.csv",
    log:
        "results/logs/tabulate_overview.log",
    benchmark:
        "results/timings/tabulate_overview.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        parameters=overview_parameters(STUDY),
    script:
        "../scripts/tabulate_overview.py"
