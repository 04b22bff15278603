# The article, typeset by Typst. Its numbers and figures are those of the study: its sources name
# the tables and figures that they need.

ARTICLE = article_parts()

if ARTICLE:

    rule article:
        input:
            "results/article.pdf",
        localrule: True

    rule write_article:
        input:
            text=list(ARTICLE.sources.values()),
            tables=[f"results/summaries/{name}.parquet" for name in ARTICLE.tables],
            figures=[f"results/figures/figure_{name}.pdf" for name in ARTICLE.figures],
        output:
            "results/article.pdf",
        log:
            "results/logs/write_article.log",
        benchmark:
            "results/timings/write_article.tsv"
        localrule: True
        conda:
            "../../envs/environment.yaml"
        params:
            text=list(ARTICLE.sources),
            tables=ARTICLE.tables,
            figures=ARTICLE.figures,
            code=code_of("write_article"),
        script:
            "../scripts/write_article.py"
