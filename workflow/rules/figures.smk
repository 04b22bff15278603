# Figures: each from summaries alone, a scatter from its run table.


rule plot_figure:
    input:
        unpack(figure_tables_and_numbers),
    output:
        pdf="results/figures/figure_{figure}.pdf",
        png=report(
            "results/figures/figure_{figure}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: figure_section(STUDY, wildcards.figure)[0],
            subcategory=lambda wildcards: figure_section(STUDY, wildcards.figure)[1],
            labels=lambda wildcards: figure_labels(STUDY, wildcards.figure),
        ),
    log:
        "results/logs/plot_figure/{figure}.log",
    benchmark:
        "results/timings/plot_figure/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        recipe=recipe("plot_figure/{figure}"),
        # Of the input, and so no reason to draw anew.
        description=lambda wildcards, input: describe_figure(STUDY, wildcards.figure),
    script:
        "../scripts/plot_figure.py"
