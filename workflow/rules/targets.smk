# The targets: everything, a stage, a paper, an experiment, a figure.

EXPLORER = "results/explorer.html"
CLAIMS = table_files("claims") if STUDY.papers_with_claims else []
ALL_DATASETS = dataset_files(STUDY.datasets)
ALL_RUNS = run_files(STUDY.experiments)
ALL_SUMMARIES = table_files(*STUDY.summaries)
SUPPLEMENT = [name for name, figure in STUDY.figures.items() if figure.supplement]
ALL_FIGURES = figure_files(*(name for name in STUDY.figures if name not in SUPPLEMENT))
THEORY_FIGURES = figure_files(
    *(
        name
        for name, figure in STUDY.figures.items()
        if not hasattr(figure, "experiment") and not figure.supplement
    )
)


rule explorer:
    input:
        EXPLORER,
    localrule: True


rule figures:
    input:
        ALL_FIGURES,
    localrule: True


rule supplement:
    input:
        figure_files(*SUPPLEMENT),
    localrule: True


rule theory:
    input:
        THEORY_FIGURES,
        CLAIMS,
    localrule: True


rule summaries:
    input:
        ALL_SUMMARIES,
    localrule: True


rule runs:
    input:
        ALL_RUNS,
    localrule: True


rule datasets:
    input:
        ALL_DATASETS,
    localrule: True


for paper in STUDY.papers.values():

    rule:
        name:
            paper.name
        input:
            table_files(*(table for name in paper.experiments for table in STUDY.tables_of(name))),
            figure_files(*paper.figures),
            measured_tables(paper.measurements),
            table_files(f"claims/{paper.name}") if paper.measurements else [],
        localrule: True


for name in STUDY.experiments:

    rule:
        name:
            name
        input:
            table_files(*STUDY.tables_of(name)),
        localrule: True


for name in STUDY.figures:

    rule:
        name:
            f"figure_{name}"
        input:
            figure_files(name),
        localrule: True
