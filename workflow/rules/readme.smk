# The picture at the top of README.md, where the study has the figures in it; it is committed and
# no part of the study.

README_FIGURES = {name: STUDY.figures.get(name, {}) for name in ("1b", "2")}

if all(figure.get("kind") == "sweep" for figure in README_FIGURES.values()):

    rule readme_figure:
        input:
            "docs/figures/readme.png",
        localrule: True

    rule draw_readme_figure:
        input:
            summaries=[
                f"results/summaries/{f['experiment']}.parquet" for f in README_FIGURES.values()
            ],
            theory=[
                f"results/summaries/theory/{f['experiment']}.parquet"
                for f in README_FIGURES.values()
            ],
            sources=sources("draw_readme_figure.py"),
        output:
            "docs/figures/readme.png",
        log:
            "results/logs/draw_readme_figure.log",
        benchmark:
            "results/timings/draw_readme_figure.tsv"
        localrule: True
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=2,
        params:
            figures=README_FIGURES,
            tables={name: figure_parameters(STUDY, name)["tables"] for name in README_FIGURES},
        script:
            "../scripts/draw_readme_figure.py"
