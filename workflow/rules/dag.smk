# The graph of rules, as a picture.


rule dag:
    input:
        expand("results/figures/dag.{ending}", ending=["pdf", "png"]),
    localrule: True


rule draw_rule_graph:
    input:
        rules=[os.path.relpath(path) for path in workflow.included if "rules" in str(path)],
        sources=sources("draw_rule_graph.py"),
    output:
        pdf="results/figures/dag.pdf",
        png="results/figures/dag.png",
    log:
        "results/logs/draw_rule_graph.log",
    benchmark:
        "results/timings/draw_rule_graph.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=2,
    script:
        "../scripts/draw_rule_graph.py"
