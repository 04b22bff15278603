"""Sharpness of the minima that gradient descent finds in deep linear networks.

The mathematics of the study, and nothing else: no module here knows of
Snakemake, of files or of the configuration.

Seven families of kinds, each kind one file: datasets, networks, optimisers, quantities,
measurements with their claims, figures (see `kinds`).  What they use: `kernels` (compiled loops),
`runs`, `summaries`, `theory`, and for figures `drawing`, `style`, `ticks` and `labels`.
"""
