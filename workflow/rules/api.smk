# The documentation of the library, made from its docstrings.


rule api:
    input:
        "results/api",
    localrule: True


rule write_api:
    input:
        library=[
            os.path.relpath(path)
            for path in sorted(Path(workflow.basedir, "workflow", "flatminima").rglob("*.py"))
        ],
    output:
        directory("results/api"),
    log:
        "results/logs/write_api.log",
    benchmark:
        "results/timings/write_api.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    script:
        "../scripts/write_api.py"
