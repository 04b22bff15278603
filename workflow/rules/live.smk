# A page that trains deep linear networks in the browser, on small data of the study.

LIVE = "results/live.html"
LIVE_DATA = {
    name: STUDY.datasets[name].called(name)
    for name in STUDY.papers[MAIN_PAPER].datasets
    if STUDY.datasets[name].size().features <= 10 and STUDY.datasets[name].size().samples <= 200
}


rule live:
    input:
        LIVE,
    localrule: True


rule draw_live:
    input:
        datasets=dataset_files(LIVE_DATA),
        page=template("live.html"),
        shared_style=template("shared.css"),
        style=template("live.css"),
        script=template("live.js"),
        core=template("live_core.js"),
        worker=template("live_worker.js"),
    output:
        LIVE,
    log:
        "results/logs/draw_live.log",
    benchmark:
        "results/timings/draw_live.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    params:
        words=LIVE_DATA,
        code=code_of("draw_live"),
    script:
        "../scripts/draw_live.py"
