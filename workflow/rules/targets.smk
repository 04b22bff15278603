# What can be asked for by name: everything, a stage, a paper, an experiment, a figure.

ALL_DATASETS = expand("results/datasets/{dataset}.npz", dataset=STUDY.datasets)
ALL_RUNS = expand("results/runs/{experiment}.parquet", experiment=STUDY.experiments)
ALL_SUMMARIES = expand("results/summaries/{table}.csv", table=CATALOGUE.summaries)
ALL_FIGURES = [file for name in STUDY.figures for file in figure_files(name)]
ALL_TABLES = expand("results/tables/{table}.html", table=CATALOGUE.summaries)
CLAIMS = ["results/summaries/claims.csv"] if CLAIMING else []
THEORY_FIGURES = [
    file
    for name, figure in STUDY.figures.items()
    if not hasattr(figure, "experiment")
    for file in figure_files(name)
]
EXPLORER = "results/explorer.html"
REPORT = "results/report.html"


rule explorer:
    input:
        EXPLORER,
    localrule: True


rule figures:
    input:
        ALL_FIGURES,
    localrule: True


rule theory:
    input:
        THEORY_FIGURES,
        CLAIMS,
    localrule: True


rule summaries:
    input:
        ALL_SUMMARIES,
    localrule: True


rule runs:
    input:
        ALL_RUNS,
    localrule: True


rule datasets:
    input:
        ALL_DATASETS,
    localrule: True


for paper in STUDY.papers.values():

    rule:
        name:
            paper.name
        input:
            [file for name in paper.experiments for file in summary_files(name)],
            [file for name in paper.figures for file in figure_files(name)],
            measured_tables(paper.measurements),
            [f"results/summaries/claims/{paper.name}.csv"] if paper.measurements else [],
        localrule: True


for name in STUDY.experiments:

    rule:
        name:
            name
        input:
            summary_files(name),
        localrule: True


for name in STUDY.figures:

    rule:
        name:
            f"figure_{name}"
        input:
            figure_files(name),
        localrule: True
