# Summaries: statistics over repetitions, lines of the theory, the regressions of figures.


rule summarise_runs:
    input:
        runs="results/runs/{experiment}.parquet",
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
    params:
        quantities=lambda wildcards: list(experiment(wildcards).quantities),
        axes=lambda wildcards: experiment(wildcards).optimiser_axes,
        seed=STUDY.seed,
        code=lambda wildcards: code_of("summarise_runs", *experiment(wildcards).quantity_kinds),
    script:
        "../scripts/summarise_runs.py"


rule summarise_trajectories:
    input:
        trajectories="results/trajectories/{experiment}.parquet",
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
    params:
        quantities=lambda wildcards: list(experiment(wildcards).quantities),
        axes=lambda wildcards: experiment(wildcards).optimiser_axes,
        seed=STUDY.seed,
        code=lambda wildcards: code_of(
            "summarise_trajectories", *experiment(wildcards).quantity_kinds
        ),
    script:
        "../scripts/summarise_trajectories.py"


rule tabulate_theory:
    input:
        datasets=lambda wildcards: dataset_files(experiment(wildcards).datasets),
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
    params:
        depths=lambda wildcards: list(experiment(wildcards).network.depth),
        learning_rates=lambda wildcards: list(experiment(wildcards).learning_rates),
        linear=lambda wildcards: "linear_theory" in experiment(wildcards).network.offers,
        code=code_of("tabulate_theory"),
    script:
        "../scripts/tabulate_theory.py"


rule fit_regression:
    input:
        runs=lambda wildcards: f"results/runs/{figure(wildcards).experiment}.parquet",
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
    params:
        asked=lambda wildcards: figure(wildcards).regression(),
        quantities=lambda wildcards: list(STUDY.experiment_of(figure(wildcards)).quantities),
        code=lambda wildcards: code_of(
            "fit_regression", *STUDY.experiment_of(figure(wildcards)).quantity_kinds
        ),
    script:
        "../scripts/fit_regression.py"


rule tabulate_overview:
    input:
        runs=run_files(STUDY.experiments),
        theory=expand("results/summaries/theory/{experiment}.parquet", experiment=STUDY.experiments),
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
    params:
        code=code_of("tabulate_overview"),
    script:
        "../scripts/tabulate_overview.py"
