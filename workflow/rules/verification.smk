# Whether the files in results/ are whole.  The rule has no output, so it checks them at every call.


rule verify:
    log:
        "results/logs/verify.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/verify_results.py"
