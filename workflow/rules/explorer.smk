# The page for exploring the runs in a browser: all runs, summaries and lines of the theory.

EXPLORED_TABLES = {name: explored_tables(name) for name in STUDY.experiments}


rule draw_explorer:
    input:
        tables=[path for tables in EXPLORED_TABLES.values() for path in tables.values()],
        page=template("explorer.html"),
        shared_style=template("shared.css"),
        style=template("explorer.css"),
        script=template("explorer.js"),
    output:
        "results/explorer.html",
    log:
        "results/logs/draw_explorer.log",
    benchmark:
        "results/timings/draw_explorer.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        words=explorer_words(STUDY),
        files=EXPLORED_TABLES,
        code=code_of("draw_explorer", *STUDY.quantity_kinds),
    script:
        "../scripts/draw_explorer.py"
