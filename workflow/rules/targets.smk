# What can be asked for by name: everything, a stage, an experiment, a figure.


ALL_DATASETS = expand("results/datasets/{dataset}.npz", dataset=STUDY.datasets)
ALL_RUNS = expand("results/runs/{experiment}.parquet", experiment=STUDY.experiments)
ALL_SUMMARIES = [file for name in STUDY.experiments for file in summary_files(name)]
ALL_SUMMARIES += expand("results/summaries/regressions/figure_{figure}.csv", figure=SCATTERS)
ALL_SUMMARIES += expand(
    "results/summaries/measurements/{measurement}.csv", measurement=STUDY.measurements
)
THEORY_FIGURES = [
    file
    for name, figure in STUDY.figures.items()
    if figure["kind"] == "measurement"
    for file in figure_files(name)
]
CLAIMS = ["results/summaries/claims.csv"] if STUDY.measurements else []
ALL_SUMMARIES += CLAIMS
ALL_SUMMARIES += ["results/summaries/overview.csv"]
ALL_FIGURES = [file for name in STUDY.figures for file in figure_files(name)]
ALL_TABLES = expand("results/tables/{table}.html", table=summary_tables(STUDY))
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
