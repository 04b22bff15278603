"""What is claimed of networks without biases.

"Paper" is Zhang, Saxe and Latham 2024, arXiv:2406.12615, as far as its abstract says.
"""

IDENTITY = 1e-12
"""Relative; what an identity is good for after thousands of steps in float64."""
