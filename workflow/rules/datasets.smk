# Data: drawn, or read from the user's own files.


rule make_dataset:
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
        code=lambda wildcards: code_of("make_dataset", STUDY.datasets[wildcards.dataset]),
    script:
        "../scripts/make_dataset.py"


rule read_file:
    input:
        lambda wildcards: STUDY.datasets[wildcards.dataset].reads(),
    output:
        arrays="results/datasets/{dataset}.npz",
        parquet="results/summaries/datasets/{dataset}.parquet",
        csv="results/summaries/datasets/{dataset}.csv",
    log:
        "results/logs/read_file/{dataset}.log",
    benchmark:
        "results/timings/read_file/{dataset}.tsv"
    wildcard_constraints:
        dataset="|".join(STUDY.read_from_files) or NOTHING,
    priority: 1000000
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        dataset=lambda wildcards: STUDY.datasets[wildcards.dataset].plain(),
        # Snakemake compares dates, but a copied file can be older than the one that it replaces.
        content=lambda wildcards: [
            checksum_of(path) for path in STUDY.datasets[wildcards.dataset].reads()
        ],
        code=lambda wildcards: code_of("read_file", STUDY.datasets[wildcards.dataset]),
    script:
        "../scripts/read_file.py"


ruleorder: read_file > make_dataset
