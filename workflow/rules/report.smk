# The report: all figures and tables with captions, in one page for a browser.


rule render_tables:
    input:
        tables=expand("results/summaries/{table}.parquet", table=CATALOGUE.summaries),
        page=template("table.html"),
        shared_style=template("shared.css"),
        style=template("table.css"),
        script=template("table.js"),
    output:
        [
            report(
                f"results/tables/{table}.html",
                caption="../report/table.rst",
                category=table_section(table),
                labels={"table": table},
            )
            for table in CATALOGUE.summaries
        ],
    log:
        "results/logs/render_tables.log",
    benchmark:
        "results/timings/render_tables.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        recipe=recipe("render_tables"),
    script:
        "../scripts/render_tables.py"


# Written anew at every call, so it has no output: also how long jobs took is in it.
rule report:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        ALL_SUMMARIES,
        ALL_FIGURES,
        ALL_TABLES,
        EXPLORER,
        style=template("report.css"),
    log:
        "results/logs/report.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        page=REPORT,
        snakefile=os.path.relpath(workflow.main_snakefile),
    script:
        "../scripts/write_report.py"
