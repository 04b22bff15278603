"""Sharpness of the minima that gradient descent finds in deep linear networks.

The mathematics of the study, and nothing else: no module here knows of
Snakemake, of files or of the configuration.  Modules import only downward::

    seeding  datasets  kernels  covariances  prescribed_data
    identities  networks
    training  sharpness  theory  gradient_flow  layer_structure  minimisers
    statistics  runs  summaries  *_measurements  critical_rate  claims  measurements
    figures  benchmark
"""
