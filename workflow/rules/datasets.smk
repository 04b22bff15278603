# Data: drawn, or read from the user's own file.


rule make_dataset:
    input:
        user_file=lambda wildcards: STUDY.datasets[wildcards.dataset].reads() or [],
    output:
        "results/datasets/{dataset}.npz",
    log:
        "results/logs/make_dataset/{dataset}.log",
    benchmark:
        "results/timings/make_dataset/{dataset}.tsv"
    # Before all training, so that the longest job can start at once.
    priority: 1000000
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        recipe=recipe("make_dataset/{dataset}"),
    script:
        "../scripts/make_dataset.py"
