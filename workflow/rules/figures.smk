# Figures: each from summaries alone, a scatter from its run table.


def figure_tables(wildcards):
    """The tables that a figure is drawn from, by the names its script knows."""
    figure = STUDY.figures[wildcards.figure]
    experiment = figure["experiment"]
    if figure["kind"] == "scatter":
        return {
            "runs": f"results/runs/{experiment}.parquet",
            "regression": f"results/summaries/regressions/figure_{wildcards.figure}.parquet",
        }
    folder = "trajectories/" if figure["kind"] == "trajectory" else ""
    return {
        "summary": f"results/summaries/{folder}{experiment}.parquet",
        "theory": f"results/summaries/theory/{experiment}.parquet",
    }


rule plot_figure:
    input:
        unpack(figure_tables),
        sources=sources("plot_figure.py"),
    output:
        pdf="results/figures/figure_{figure}.pdf",
        png="results/figures/figure_{figure}.png",
    log:
        "results/logs/plot_figure/{figure}.log",
    benchmark:
        "results/benchmarks/plot_figure/{figure}.tsv"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        figure=lambda wildcards: STUDY.figures[wildcards.figure],
    script:
        "../scripts/plot_figure.py"
