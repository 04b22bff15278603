"""Between the configuration and the library: what is to be made, from what, and where.

`configuration` checks, `planning` cuts the study into jobs, `files` writes, reads and verifies,
`pages` shows, and `terminal` is what is said at the start, at the end and at a failure.
"""
