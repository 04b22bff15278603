# Summaries: statistics over repetitions, lines of theory, what a figure shows besides.


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
        recipe=recipe("summarise_runs/{experiment}"),
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
        recipe=recipe("summarise_trajectories/{experiment}"),
    script:
        "../scripts/summarise_trajectories.py"


rule tabulate_theory:
    input:
        datasets=lambda wildcards: expand(
            "results/datasets/{dataset}.npz",
            dataset=STUDY.experiments[wildcards.experiment].datasets,
        ),
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
        recipe=recipe("tabulate_theory/{experiment}"),
    script:
        "../scripts/tabulate_theory.py"


rule tabulate_figure:
    input:
        unpack(figure_tables),
    output:
        parquet="results/summaries/regressions/figure_{figure}.parquet",
        csv="results/summaries/regressions/figure_{figure}.csv",
    log:
        "results/logs/tabulate_figure/{figure}.log",
    benchmark:
        "results/timings/tabulate_figure/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        recipe=recipe("tabulate_figure/{figure}"),
    script:
        "../scripts/tabulate_figure.py"


rule tabulate_overview:
    input:
        runs=expand("results/runs/{experiment}.parquet", experiment=STUDY.experiments),
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
        recipe=recipe("tabulate_overview"),
    script:
        "../scripts/tabulate_overview.py"
