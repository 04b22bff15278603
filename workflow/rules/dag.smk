# The graph of rules, as a picture.


rule dag:
    input:
        expand("results/figures/dag.{ending}", ending=["pdf", "png"]),
    localrule: True


rule draw_rule_graph:
    input:
        rules=[os.path.relpath(path) for path in workflow.included if "rules" in str(path)],
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
    params:
        recipe=lambda wildcards: told("draw_rule_graph"),
    script:
        "../scripts/draw_rule_graph.py"
