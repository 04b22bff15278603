# The picture at the top of README.md, for a study that has the figures in it; it is committed,
# with its numbers, and no part of the study.

OVERVIEW = {name: STUDY.figures.get(name, {}) for name in ("1b", "2")}

if all(figure.get("kind") == "sweep" for figure in OVERVIEW.values()):

    rule readme_figure:
        input:
            "docs/figures/overview.png",
        localrule: True

    rule draw_readme_figure:
        input:
            summaries=[f"results/summaries/{f['experiment']}.parquet" for f in OVERVIEW.values()],
            theory=[
                f"results/summaries/theory/{f['experiment']}.parquet" for f in OVERVIEW.values()
            ],
            sources=sources("draw_readme_figure.py"),
        output:
            png="docs/figures/overview.png",
            csv="docs/figures/overview.csv",
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
            figures=OVERVIEW,
            tables={name: figure_parameters(STUDY, name)["tables"] for name in OVERVIEW},
        script:
            "../scripts/draw_readme_figure.py"
