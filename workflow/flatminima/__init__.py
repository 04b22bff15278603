"""Sharpness of the minima that gradient descent finds in deep linear networks.

This is the mathematics of the study and nothing else: no module here knows about
Snakemake, files or the configuration.

There are seven families of kinds: datasets, networks, optimisers, quantities, measurements,
claims and figures.  Each kind is one module (see `flatminima.core.kinds`).  Kinds use `kernels`
(compiled loops), `sharpness`, `theory`, `runs`, `summaries` and, for figures, `plotting`.
"""
