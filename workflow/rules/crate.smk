# The finished study as a research object, to be deposited; written anew at every call.


rule crate:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        ALL_SUMMARIES,
        ALL_FIGURES,
        sources=sources("write_crate.py"),
    log:
        "results/logs/crate.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        scripts=lambda wildcards: {
            rule.name: f"workflow/scripts/{Path(rule.script).name}"
            for rule in workflow.rules
            if rule.script
        },
        configuration=[os.path.relpath(path) for path in workflow.configfiles],
    script:
        "../scripts/write_crate.py"
