"""Between the configuration and the library: what is made, from what, and where.

`configuration` checks the configuration, `planning` divides the study into jobs, `files` writes,
reads and verifies files, `pages` makes what people read, and `terminal` prints messages.
"""
