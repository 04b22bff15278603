# The report: all figures and tables with captions, in one page for a browser.


rule render_tables:
    input:
        tables=expand("results/summaries/{table}.parquet", table=summary_tables(STUDY)),
        page=template("table.html"),
        shared_style=template("shared.css"),
        style=template("table.css"),
        script=template("table.js"),
        sources=sources("render_tables.py"),
    output:
        [
            report(
                f"results/tables/{table}.html",
                caption="../report/table.rst",
                category=table_section(table),
                labels={"table": table},
            )
            for table in summary_tables(STUDY)
        ],
    log:
        "results/logs/render_tables.log",
    benchmark:
        "results/timings/render_tables.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=800,
        runtime=5,
    params:
        tables=summary_tables(STUDY),
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
        sources=sources("write_report.py"),
        style=template("report.css"),
    log:
        "results/logs/report.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        page=REPORT,
        snakefile=os.path.relpath(workflow.main_snakefile),
    script:
        "../scripts/write_report.py"
