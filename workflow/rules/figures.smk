# Figures.  Each is drawn from summaries; a scatter plot, and lines of single runs, from their tables.


rule plot_figure:
    input:
        unpack(figure_tables),
    output:
        pdf="results/figures/figure_{figure}.pdf",
        png=report(
            "results/figures/figure_{figure}.png",
            caption="../report/figure.rst",
            category=lambda wildcards: figure_section(STUDY, wildcards.figure)[0],
            subcategory=lambda wildcards: figure_section(STUDY, wildcards.figure)[1],
            labels=lambda wildcards: figure_labels(STUDY, wildcards.figure),
        ),
        svg="results/figures/figure_{figure}.svg",
    log:
        "results/logs/plot_figure/{figure}.log",
    benchmark:
        "results/timings/plot_figure/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        figure=lambda wildcards: figure(wildcards).drawn(),
        quantities=lambda wildcards: STUDY.drawn_quantities(figure(wildcards)),
        words=lambda wildcards: STUDY.words_of(figure(wildcards)),
        code=lambda wildcards: code_of(
            "plot_figure",
            figure(wildcards),
            *figure(wildcards).parts(),
            *ordered(STUDY.drawn_quantities(figure(wildcards))),
        ),
        # A function of the input, and so no reason to draw the figure again.
        description=lambda wildcards, input: describe_figure(STUDY, wildcards.figure),
    script:
        "../scripts/plot_figure.py"
