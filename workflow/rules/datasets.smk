# Data: drawn, or read from the user's own file.


rule make_dataset:
    input:
        user_file=user_file,
        sources=sources("make_dataset.py"),
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
    threads: 1
    resources:
        mem_mb=300,
        runtime=2,
    params:
        parameters=lambda wildcards: dataset_parameters(STUDY, wildcards.dataset),
    script:
        "../scripts/make_dataset.py"
