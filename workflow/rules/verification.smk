# Whether what lies in results/ is whole: checked anew at every call, so it has no output.


rule verify:
    log:
        "results/logs/verify.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/verify_results.py"
