"""The mathematics of networks without biases on symmetric data."""
