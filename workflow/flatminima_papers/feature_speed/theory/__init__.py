"""The mathematics of how fast features move."""
