# The picture at the top of README.md, where the study has the figures in it; it is committed and
# no part of the study.

README_FIGURES = [name for name in ("1b", "2") if name in STUDY.figures]

if len(README_FIGURES) == 2:

    rule readme_figure:
        input:
            "docs/figures/readme.png",
        localrule: True

    rule draw_readme_figure:
        input:
            [
                table_file(*table)
                for name in README_FIGURES
                for table in STUDY.figures[name].tables().values()
            ],
        output:
            "docs/figures/readme.png",
        log:
            "results/logs/draw_readme_figure.log",
        benchmark:
            "results/timings/draw_readme_figure.tsv"
        localrule: True
        conda:
            "../../envs/environment.yaml"
        params:
            recipe=lambda wildcards: told("draw_readme_figure"),
            figures=lambda wildcards: [
                CATALOGUE.recipe(f"plot_figure/{name}")["parameters"] for name in README_FIGURES
            ],
        script:
            "../scripts/draw_readme_figure.py"
