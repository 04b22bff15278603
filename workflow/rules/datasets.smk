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
    # Before all training, so that the longest job can start immediately.
    priority: 1000000
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        dataset=lambda wildcards: STUDY.datasets[wildcards.dataset].plain(),
        seed=STUDY.seed,
        # Snakemake compares dates, but a copied file can be older than the one that it replaces.
        content=lambda wildcards: checksum_of(STUDY.datasets[wildcards.dataset].reads()),
        code=lambda wildcards: code_of("make_dataset", STUDY.datasets[wildcards.dataset]),
    script:
        "../scripts/make_dataset.py"
