# The finished study as a research object for depositing; written again at every call.


rule crate:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        ALL_SUMMARIES,
        MAIN_FIGURES,
    log:
        "results/logs/crate.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        configuration=[os.path.relpath(path) for path in workflow.configfiles],
    script:
        "../scripts/write_crate.py"
