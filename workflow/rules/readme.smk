# The picture at the top of README.md, if the study has its two figures.  It is committed, and not
# part of the study.

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
            figures=[STUDY.figures[name].drawn() for name in README_FIGURES],
            words=[STUDY.words_of(STUDY.figures[name]) for name in README_FIGURES],
            code=code_of("draw_readme_figure", *(STUDY.figures[name] for name in README_FIGURES)),
        script:
            "../scripts/draw_readme_figure.py"
