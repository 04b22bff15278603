# The targets: everything, a stage, a paper, an experiment, a figure.

EXPLORER = "results/explorer.html"
CLAIMS = table_files("claims") if STUDY.papers_with_claims else []
ALL_DATASETS = dataset_files(STUDY.datasets)
ALL_RUNS = run_files(STUDY.experiments)
ALL_SUMMARIES = table_files(*STUDY.summaries)
MAIN_SUMMARIES = table_files(*STUDY.main_summaries)
MAIN_FIGURES = figure_files(*STUDY.main_figures)
SUPPLEMENT = figure_files(*(name for name in STUDY.figures if name not in STUDY.main_figures))
THEORY_FIGURES = figure_files(
    *(name for name in STUDY.main_figures if STUDY.draws_theory(STUDY.figures[name]))
)


rule explorer:
    input:
        EXPLORER,
    localrule: True


rule figures:
    input:
        MAIN_FIGURES,
    localrule: True


rule supplement:
    input:
        SUPPLEMENT,
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
            figure_files(*(name for name in paper.figures if name in STUDY.main_figures)),
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
