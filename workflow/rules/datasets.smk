# Data: drawn, or read from the user's own file.


def user_file(wildcards):
    """The file that a dataset is read from, none if it is drawn."""
    dataset = STUDY.datasets[wildcards.dataset]
    return [dataset["path"]] if dataset["kind"] == "file" else []


rule make_dataset:
    input:
        user_file=user_file,
        sources=sources("make_dataset.py"),
    output:
        "results/datasets/{dataset}.npz",
    log:
        "results/logs/make_dataset/{dataset}.log",
    benchmark:
        "results/benchmarks/make_dataset/{dataset}.tsv"
    threads: 1
    resources:
        mem_mb=300,
        runtime=2,
    params:
        seed=STUDY.seed,
        dataset=lambda wildcards: STUDY.datasets[wildcards.dataset],
    script:
        "../scripts/make_dataset.py"
