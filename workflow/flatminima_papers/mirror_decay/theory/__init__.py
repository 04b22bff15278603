"""The mathematics of the paper."""
