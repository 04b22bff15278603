# Whether what lies in results/ is whole: checked anew at every call, so it has no output.


rule verify:
    input:
        sources=sources("verify_results.py"),
    log:
        "results/logs/verify.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/verify_results.py"
