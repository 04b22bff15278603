"""Between the configuration and the library: what is to be made, from what, and where.

`configuration` checks, `plan` cuts the study into jobs, `sources` finds the modules a
script depends on, `tables` writes and reads files, `job` runs a script.
"""
