# What can be asked for by name: everything, a stage, an experiment, a figure.

RECORDED = [name for name, experiment in STUDY.experiments.items() if experiment.record_every]
SCATTERS = [name for name, figure in STUDY.figures.items() if figure["kind"] == "scatter"]


def summary_files(experiment):
    """All summary tables of an experiment."""
    tables = [experiment, f"theory/{experiment}"]
    if experiment in RECORDED:
        tables.append(f"trajectories/{experiment}")
    return expand("results/summaries/{table}.{ending}", table=tables, ending=["parquet", "csv"])


def figure_files(figure):
    """Both files of a figure."""
    return expand("results/figures/figure_{figure}.{ending}", figure=figure, ending=["pdf", "png"])


ALL_DATASETS = expand("results/datasets/{dataset}.npz", dataset=STUDY.datasets)
ALL_RUNS = expand("results/runs/{experiment}.parquet", experiment=STUDY.experiments)
ALL_SUMMARIES = [file for name in STUDY.experiments for file in summary_files(name)]
ALL_SUMMARIES += expand("results/summaries/regressions/figure_{figure}.csv", figure=SCATTERS)
ALL_FIGURES = [file for name in STUDY.figures for file in figure_files(name)]


rule figures:
    input:
        ALL_FIGURES,
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
