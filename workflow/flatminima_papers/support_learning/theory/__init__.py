"""The mathematics of this paper alone."""
