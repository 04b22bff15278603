# Figures: each from summaries alone, a scatter from its run table.


rule plot_figure:
    input:
        unpack(figure_tables),
        sources=sources("plot_figure.py"),
    output:
        pdf="results/figures/figure_{figure}.pdf",
        png=report(
            "results/figures/figure_{figure}.png",
            caption="../report/figure.rst",
            category=section_of,
            labels=labels_of,
        ),
    log:
        "results/logs/plot_figure/{figure}.log",
    benchmark:
        "results/timings/plot_figure/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    params:
        figure=lambda wildcards: STUDY.figures[wildcards.figure],
        tables=lambda wildcards: figure_parameters(STUDY, wildcards.figure)["tables"],
    script:
        "../scripts/plot_figure.py"
