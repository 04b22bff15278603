# Where the time of the finished study went, as a page of the documentation; written anew at every
# call, and no part of the study.


rule profile:
    input:
        ALL_DATASETS,
        ALL_RUNS,
        ALL_SUMMARIES,
        ALL_FIGURES,
        ALL_TABLES,
        EXPLORER,
    log:
        "results/logs/profile.log",
    localrule: True
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/profile_study.py"
